/** `npm run bench`: handover beside its peers, in figures and ratios of one run. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { type Case, catalogue } from './catalogue.ts';
import { measure, type Outcome, type Placement, whyUnpinned } from './harness.ts';
import { figuresTable, verdictsTable } from './results.ts';
import { judge } from './targets.ts';

const usage = `npm run bench -- crashes [--json FILE]
npm run bench -- [NAME...] [--rounds N] [--unpinned] [--json FILE]

  --rounds N    how often each case is measured (default 5)
  --unpinned    measure also without pinning to one core
  --json FILE   write all figures there
  --help        this text

The names: ${catalogue.map(({ name }) => name).join(', ')}`;

const asked = understand();
const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
};
console.log(
  `handover beside its peers: 24-byte messages, Node ${machine.node}, ${machine.platform}, ` +
    `${machine.cores} cores (${machine.processor})`,
);

if (asked.cases.some(({ runs }) => runs === 'package')) await buildPackage();

const runs: { placement: Placement; outcomes: Map<string, Outcome> }[] = [];
for (const placement of await placements())
  runs.push({ placement, outcomes: await run(placement) });
if (asked.json !== undefined) await writeFile(asked.json, json());
const hasCrashed = runs.some(({ outcomes }) =>
  [...outcomes.values()].some(({ is }) => is === 'crashed'),
);
process.exitCode = hasCrashed ? 1 : 0;

async function run(placement: Placement): Promise<Map<string, Outcome>> {
  const outcomes = await measure(asked.cases, asked.rounds, placement, (round, name) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kround ${round}: ${name}`);
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const verdicts = judge(outcomes);
  console.log(`\n${placement}, rounds: ${asked.rounds}\n`);
  console.log(figuresTable(asked.cases, outcomes).join('\n'));
  for (const [name, outcome] of outcomes) {
    if (outcome.is !== 'measured') console.log(`\n${name} ${outcome.is}: ${outcome.why}`);
  }
  if (verdicts.length > 0) console.log(`\n${verdictsTable(verdicts).join('\n')}`);
  return outcomes;
}

/** As `npm run build`, but for the types. */
async function buildPackage(): Promise<void> {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  await execa('rolldown', ['--config', '--log-level', 'warn'], { cwd, preferLocal: true });
}

async function placements(): Promise<Placement[]> {
  const why = await whyUnpinned();
  if (why === undefined) return asked.isUnpinnedToo ? ['pinned', 'unpinned'] : ['pinned'];
  console.log(`Not pinned to one core, because ${why}: expect figures to vary.`);
  return ['unpinned'];
}

function json(): string {
  const written = runs.map(({ placement, outcomes }) => ({
    placement,
    rounds: asked.rounds,
    cases: Object.fromEntries(outcomes),
    verdicts: judge(outcomes),
  }));
  return `${JSON.stringify({ machine, runs: written }, undefined, 2)}\n`;
}

function understand(): {
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly isUnpinnedToo: boolean;
  readonly json: string | undefined;
} {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '5' },
        unpinned: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const rounds = Number(values.rounds);
    if (!Number.isSafeInteger(rounds) || rounds < 1) {
      throw new Error(`--rounds must be a whole number of 1 or more, not ${values.rounds}`);
    }
    const unknown = positionals.find((name) => !catalogue.some((one) => one.name === name));
    if (unknown !== undefined) throw new Error(`there is no case "${unknown}"`);
    const cases = catalogue.filter(
      ({ name }) => positionals.length === 0 || positionals.includes(name),
    );
    return { cases, rounds, isUnpinnedToo: values.unpinned, json: values.json };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}
