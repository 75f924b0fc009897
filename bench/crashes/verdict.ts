import type { Result } from './run.ts';
import type { Scenario } from './scenarios.ts';

/**
 * | verdict   | meaning                                                             |
 * | --------- | ------------------------------------------------------------------- |
 * | `all`     | every job is done                                                   |
 * | `told`    | the jobs that are not done have failed with an error, and only those that could not be done |
 * | `failed`  | a job has failed that another worker could have done                |
 * | `pending` | a job is neither done nor failed when the time is over              |
 * | `host`    | the pool's own process died                                         |
 * | `clean`   | nothing is left                                                     |
 * | `orphans` | processes are left                                                  |
 */
export type Verdict = 'all' | 'told' | 'failed' | 'pending' | 'host' | 'clean' | 'orphans';

export function verdictOf(result: Result, scenario: Scenario): Verdict {
  if (result.is === 'hung') return 'pending';
  if (result.is === 'died') return 'host';
  if (result.is === 'killed') return result.workers === 0 ? 'clean' : 'orphans';
  if (result.pending > 0) return 'pending';
  if (result.failed === 0) return 'all';
  return result.failed <= hopeless(scenario) ? 'told' : 'failed';
}

/** So many jobs nobody could do. */
function hopeless({ name, jobs }: Scenario): number {
  if (name === 'no-module') return jobs;
  return name === 'poison' ? 1 : 0;
}
