/**
 * A stage whose work is done by a program that knows nothing of channels: values become bytes on its stdin, and bytes on
 * its stdout become values.
 *
 * | what happens                         | then                                                                        |
 * | ------------------------------------ | --------------------------------------------------------------------------- |
 * | a value comes                        | it is written; its sender is released when the kernel has it                |
 * | … with an answer to each             | its sender is released when the answer was taken                            |
 * | … that the format cannot carry       | its attempt has failed, and the next one comes                              |
 * | the input channel ends               | the program's stdin does                                                    |
 * | the program closes its stdin         | the value that was being written goes back, and the input is closed: unless it has died, which tells more |
 * | the program closes its stdout        | nothing: the output ends when it has ended well, and breaks when it has not |
 * | nobody takes its output any more     | its stdout is closed: at its next write SIGPIPE ends it, and that is no failure |
 * | what it writes does not meet the contract of its output | the stage has failed, and says where in the value |
 * | it ends                              | so does the stage, in the same way; who still waits for an answer has failed |
 */

import { type Format, UnfitError } from '../../platform/formats/format.ts';
import type { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import { ChannelEndedError, EndClosedError } from '../../src/errors.ts';
import type { Work } from '../../src/party/operation.ts';

export interface ProgramPlan {
  readonly input: Receiver<unknown> | undefined;
  readonly output: Sender<unknown> | undefined;
  /** Of what it reads, and of what it writes. */
  readonly reads: Format;
  readonly writes: Format;
  /** `each`: it writes one value for each that it reads. */
  readonly answers: 'each' | 'as it likes';
  readonly maxValueBytes: number;
}

/** The program, as it runs. */
export interface Running {
  /** @returns whether it can still read: resolves when the kernel has the bytes */
  write(bytes: Uint8Array): Promise<boolean>;
  closeStdin(): void;
  readonly stdout: AsyncIterable<Uint8Array>;
  closeStdout(): void;
  /** Resolves when it has ended, with whether it did so well. */
  readonly endedWell: Promise<boolean>;
}

/** Resolves when nothing goes in or comes out any more. */
export async function carry(plan: ProgramPlan, running: Running): Promise<void> {
  const { input, output, writes, maxValueBytes } = plan;
  const answers = writes.decode(running.stdout, maxValueBytes)[Symbol.asyncIterator]();
  // Nobody reads any more. Where it has failed, how the process ends says more than a closed end.
  const { endedWell } = running;
  void endedWell.then((isWell) => isWell && input?.close());
  if (plan.answers === 'each' && input !== undefined && output !== undefined) {
    const onWritten = (work: Work<unknown>) => answer(work, output, answers, running);
    await Promise.race([feed(input, plan, running, onWritten), endedWell]);
    return;
  }
  await Promise.all([
    input === undefined
      ? running.closeStdin()
      : Promise.race([feed(input, plan, running, () => true), endedWell]),
    output === undefined ? undefined : drain(output, answers, running),
  ]);
}

/** @param isMoreWanted after each value that was written; `false`: no further one is taken */
async function feed(
  input: Receiver<unknown>,
  { reads }: ProgramPlan,
  running: Running,
  isMoreWanted: (work: Work<unknown>) => boolean | Promise<boolean>,
): Promise<void> {
  for await (const work of untilClosed(input.extended())) {
    const bytes = encoded(work.value, reads);
    if (bytes instanceof UnfitError) {
      work.fail(bytes);
      continue;
    }
    if (!(await running.write(bytes))) {
      work.giveBack();
      // Another program may go on with the input, when this one has died.
      if (await hasFailed(running)) return;
      break;
    }
    if (!(await isMoreWanted(work))) break;
  }
  input.close();
  running.closeStdin();
}

async function drain(
  output: Sender<unknown>,
  values: AsyncIterator<unknown>,
  running: Running,
): Promise<void> {
  for (let next = await values.next(); next.done !== true; next = await values.next()) {
    if (await isTaken(output, next.value)) continue;
    running.closeStdout();
    return;
  }
}

/** Who does not read any more has died, most often: that is known in a moment. */
async function hasFailed({ endedWell }: Running): Promise<boolean> {
  const { promise: livesOn, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), 1_000);
  const isWell = await Promise.race([endedWell, livesOn]);
  clearTimeout(timer);
  return !isWell;
}

/** Waits for the program's answer to a value, and sends it on. @returns whether it may be given another */
async function answer(
  work: Work<unknown>,
  output: Sender<unknown>,
  answers: AsyncIterator<unknown>,
  running: Running,
): Promise<boolean> {
  const next = await answers.next();
  if (next.done === true) {
    // Without an answer: how it ends becomes the reason why this attempt has failed.
    await running.endedWell;
    return false;
  }
  if (!(await isTaken(output, next.value))) {
    work.giveBack();
    running.closeStdout();
    return false;
  }
  work.taken();
  return true;
}

/** The program may end while the next value is waited for: then there is none. */
async function* untilClosed<T>(values: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* values;
  } catch (error) {
    if (!(error instanceof EndClosedError)) throw error;
  }
}

function encoded(value: unknown, format: Format): Uint8Array | UnfitError {
  try {
    return format.encode(value);
  } catch (error) {
    if (error instanceof UnfitError) return error;
    throw error;
  }
}

/** @returns whether anybody is left who takes values */
async function isTaken(output: Sender<unknown>, value: unknown): Promise<boolean> {
  try {
    await output.send(value);
    return true;
  } catch (error) {
    if (error instanceof ChannelEndedError) return false;
    throw error;
  }
}
