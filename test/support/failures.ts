import { StageFailedError, type Supervisor } from 'handover';
import type { Supervision } from './supervision.ts';

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (reason) {
    return reason;
  }
  throw new Error('expected a rejection');
}

/** Sends the signal to the stage's first process, and resolves when the supervisor has said what became of it. */
export async function kill(
  { supervisor, book }: Supervision,
  stage: string,
  signal: NodeJS.Signals,
): Promise<string> {
  const [processId] = supervisor.stages.find(({ name }) => name === stage)?.processIds ?? [];
  if (processId === undefined) throw new Error(`there is no process of stage "${stage}"`);
  process.kill(processId, signal);
  const { line } = await book.untilFailed(stage);
  return line;
}

/** Ends what still runs, and gives the failure of that stage. */
export async function failureOf(supervisor: Supervisor, stage: string): Promise<StageFailedError> {
  await supervisor.stop({ drain: 0, terminate: 0 });
  const first = await rejection(supervisor.finished());
  if (!(first instanceof StageFailedError)) throw first;
  const failure = [first, ...first.others].find((error) => error.stage === stage);
  if (failure === undefined) throw new Error(`stage "${stage}" has not failed`);
  return failure;
}
