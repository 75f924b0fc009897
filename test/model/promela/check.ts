/**
 * node test/model/promela/check.ts [--large] [MODEL …]
 *
 * Checks the models, each run against what has to come out, and prints a table. Exits with 1 when one differs.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { largeRuns, type Run, runs } from './runs.ts';
import { check, missing } from './spin.ts';

const { values, positionals } = parseArgs({
  options: { large: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const why = missing();
if (why !== undefined) {
  console.error(
    `The models cannot be checked: ${why}. On Debian: apt-get install spin gcc libc6-dev`,
  );
  process.exit(1);
}

const asked = (values.large ? [...runs, ...largeRuns] : runs).filter(
  ({ model }) => positionals.length === 0 || positionals.includes(model),
);
const queue = [...asked];
let wrong = 0;
console.log(row('model', 'flags', 'shows', 'verdict', 'states', 'seconds'));
await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(`${asked.length - wrong} as expected, ${wrong} not`);
process.exitCode = wrong === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let run = queue.shift(); run; run = queue.shift()) await report(run);
}

async function report(run: Run): Promise<void> {
  const { verdict, states, seconds, because } = await check(run);
  const isExpected = verdict === run.expected;
  if (!isExpected) wrong++;
  const said = isExpected ? verdict : `${verdict}, not ${run.expected}`;
  console.log(row(run.model, run.flags, run.shows, said, `${states}`, seconds.toFixed(1)));
  if (because !== undefined && !isExpected) console.log(`  ${because}`);
}

function row(
  model: string,
  flags: string,
  shows: string,
  verdict: string,
  states: string,
  seconds: string,
): string {
  const left = `${model.padEnd(10)} ${flags.padEnd(54)} ${shows.padEnd(18)} ${verdict.padEnd(10)}`;
  return `${left} ${states.padStart(9)} ${seconds.padStart(7)}`;
}
