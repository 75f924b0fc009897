/** `npm run bench`: handover beside its peers, in figures and ratios of one run. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { compare } from './against.ts';
import { chartOf } from './chart.ts';
import { measure, type Placement, whyUnpinned } from './harness.ts';
import { described, thisMachine } from './machine.ts';
import { understand } from './options.ts';
import { renew } from './page.ts';
import { prepare } from './prepare.ts';
import { type BenchRecord, load, type Run, save } from './record.ts';
import { comparisonsTable, figuresTable, verdictsTable } from './results.ts';
import { judge } from './targets.ts';
import { meterHere } from './work.ts';

const asked = understand();
const baseline = asked.against === undefined ? undefined : await load(asked.against);
const machine = thisMachine();
console.log(`handover beside its peers\n${described(machine).join('\n')}`);

const prepared = await prepare(asked.cases);
if (asked.cases.some(({ runs }) => runs === 'package')) await buildPackage();
const meter = asked.countsWork ? await meterHere() : undefined;
if (asked.countsWork) console.log(`\nWork: ${meterInWords()}.`);

const runs: Run[] = [];
for (const placement of await placements()) runs.push(await run(placement));
const record: BenchRecord = { machine, runs };
for (const file of [asked.json, asked.save]) {
  if (file !== undefined) await save(file, record);
}
if (asked.page !== undefined) await renew(asked.page, asked.cases, record);
if (asked.svg !== undefined) await writeFile(asked.svg, await chartOf(asked.cases, record));
const hasCrashed = runs.some(({ cases }) =>
  Object.values(cases).some(({ is }) => is === 'crashed'),
);
process.exitCode = hasCrashed ? 1 : 0;

async function run(placement: Placement): Promise<Run> {
  const { cases, rounds } = asked;
  const outcomes = await measure({ cases, prepared, rounds, placement, meter }, (round, name) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kround ${round}: ${name}`);
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const verdicts = judge(outcomes, placement);
  console.log(`\n${placement}, rounds: ${rounds}\n`);
  console.log(figuresTable(cases, outcomes).join('\n'));
  for (const [name, outcome] of outcomes) {
    if (outcome.is !== 'measured') console.log(`\n${name} ${outcome.is}: ${outcome.why}`);
  }
  if (verdicts.length > 0) console.log(`\n${verdictsTable(verdicts).join('\n')}`);
  const before = baseline?.runs.find((one) => one.placement === placement);
  if (before !== undefined) {
    console.log(`\nagainst ${asked.against}, rounds: ${before.rounds}\n`);
    console.log(comparisonsTable(compare(before.cases, outcomes)).join('\n'));
  } else if (baseline !== undefined) {
    console.log(`\n${asked.against} has no figures that are ${placement}`);
  }
  return { placement, rounds, cases: Object.fromEntries(outcomes), verdicts };
}

/** As `npm run build`, but for the types. */
async function buildPackage(): Promise<void> {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  await execa('rolldown', ['--config', '--log-level', 'warn'], { cwd, preferLocal: true });
}

function meterInWords(): string {
  if (meter === undefined) return 'not counted, for there is neither perf nor bash here';
  return meter.why === undefined
    ? 'instructions of a lap'
    : `${meter.unit} of a lap, because ${meter.why}`;
}

async function placements(): Promise<Placement[]> {
  const why = await whyUnpinned();
  if (why === undefined) return asked.isUnpinnedToo ? ['pinned', 'unpinned'] : ['pinned'];
  console.log(`\nNot pinned to one core, because ${why}: expect figures to vary.`);
  return ['unpinned'];
}
