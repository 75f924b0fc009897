import type { Receiver, Sender, Supervisor } from 'handover';
import { stageModule } from './stage-module.ts';

/** How a worker can be told to end its process while it has a value, and what is said of that. */
export const badEndings = [
  ['throw', { exitCode: 1 }],
  ['exit', { exitCode: 3 }],
  ['kill', { signal: 'SIGKILL' }],
  ['abort', { signal: 'SIGABRT' }],
] as const;

/**
 * Workers that take values.
 *
 * @param steps what they do with some of them: see `work-on.ts` of the stages
 * @returns what lets those go on that wait
 */
export function workOn(
  supervisor: Supervisor,
  values: Receiver<number>,
  replicas: number,
  steps: readonly string[],
): Sender<null> {
  const go = supervisor.channel<null>('go');
  supervisor.stage('worker', {
    module: stageModule('work-on'),
    args: steps,
    ends: { values, go: go.receiver },
    replicas,
  });
  return go.sender;
}
