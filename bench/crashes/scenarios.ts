/** What goes wrong. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  readonly workers: number;
  readonly jobs: number;
  /** What the worker does that gets the job in the middle; all other jobs are answered at once. */
  readonly act: string;
  /** `nobody`: the module of the workers cannot be imported. `host`: the pool's own process is killed. */
  readonly dies: 'worker' | 'host' | 'nobody';
}

const jobs = 100;

export const scenarios: readonly Scenario[] = [
  worker('killed-1', 'the worker kills itself (SIGKILL) in job 50, a pool of 1', 'kill itself', 1),
  worker('killed-2', 'the same, a pool of 2', 'kill itself'),
  worker('exit', 'process.exit(0) in job 50', 'exit'),
  worker('exit-1', 'process.exit(1) in job 50', 'exit with 1'),
  worker('exit-after', 'process.exit(0) right after the answer to job 50', 'answer and exit'),
  worker('spin', 'an endless loop in job 50', 'spin'),
  worker('stopped', 'the worker is stopped (SIGSTOP) in job 50', 'stop itself'),
  {
    ...worker('no-module', 'the module of the workers cannot be imported', 'answer'),
    jobs: 10,
    dies: 'nobody',
  },
  worker('poison', 'job 50 kills each worker that gets it', 'kill itself each time'),
  host('host-killed', 'the host is killed while two workers wait in a job', 'wait for ever'),
  host('host-killed-spin', 'the host is killed while two workers compute', 'spin for ever'),
];

/** Its number, from 1 on. */
export function middleOf(scenario: Scenario): number {
  return scenario.jobs / 2;
}

function worker(name: string, what: string, act: string, workers = 2): Scenario {
  return { name, what, workers, jobs, act, dies: 'worker' };
}

function host(name: string, what: string, act: string): Scenario {
  return { name, what, workers: 2, jobs: 2, act, dies: 'host' };
}
