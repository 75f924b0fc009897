/** One scenario with one pool: says on its standard output what became of the jobs, and ends. */
import { argv } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MakePool } from './pool.ts';
import { ownWorkers } from './processes.ts';
import { middleOf, scenarios } from './scenarios.ts';

/** In milliseconds. A job that is not settled by then counts as pending. */
const deadline = 9_000;

/** What became of the jobs. */
export interface Account {
  readonly done: number;
  readonly failed: number;
  readonly pending: number;
  readonly workers: number;
  readonly stopped: number;
  readonly errors: readonly string[];
}

const [, , peer = '', name = '', folder = ''] = argv;
const scenario = scenarios.find((one) => one.name === name);
if (scenario === undefined) throw new Error(`there is no scenario "${name}"`);
const { makePool } = (await import(`./peers/${peer}.ts`)) as { readonly makePool: MakePool };
const isBroken = scenario.dies === 'nobody';
const pool = makePool(
  scenario.workers,
  isBroken ? new URL('./workers/broken.js', import.meta.url) : undefined,
);
let done = 0;
const errors: string[] = [];
const jobs = Array.from({ length: scenario.jobs }, async (_, index) => {
  const id = index + 1;
  const isHarmful = scenario.dies === 'host' || id === middleOf(scenario);
  try {
    await pool({ id, act: isHarmful ? scenario.act : 'answer', folder });
    done++;
  } catch (error) {
    errors.push(`${error instanceof Error ? error.message : error}`.split('\n')[0] ?? '');
  }
});
const hasTime = scenario.dies !== 'host';
await Promise.race([Promise.all(jobs), ...(hasTime ? [sleep(deadline)] : [])]);
// Whoever is to take the place of another has a moment for it.
await sleep(1_000);
const workers = ownWorkers();
const account: Account = {
  done,
  failed: errors.length,
  pending: scenario.jobs - done - errors.length,
  workers: workers.length,
  stopped: workers.filter(({ isStopped }) => isStopped).length,
  errors: [...new Set(errors)],
};
process.stdout.write(`\n${JSON.stringify(account)}\n`, () => {
  for (const { processId } of ownWorkers()) process.kill(processId, 'SIGKILL');
  process.exit(0);
});
