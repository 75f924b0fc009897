import { cut } from '../cut.ts';
import type { FailedReason, Failure } from './events.ts';

/** How attempts failed, and one more: of very many the first and the last ones, each cut short. */
export function remember(failures: readonly Failure[], failure: Failure): readonly Failure[] {
  const all = [...failures, brief(failure)];
  return all.length > mostFailures ? all.toSpliced(mostFailures / 2, 1) : all;
}

/** No attempt at a value is left, and these are how they failed. */
export function lost(failures: readonly Failure[]): FailedReason {
  return { kind: 'lost', failures };
}

/** A value that can never be handled must not gather more than it weighs itself. */
export const mostFailures = 16;
/** In characters. */
const longestMessage = 500;
const longestLine = 100;
/** Enough for an uncaught error of Node. */
const mostLines = 16;

function brief(failure: Failure): Failure {
  const { message, stderr } = failure;
  const isBrief = message.length <= longestMessage && stderr === undefined;
  if (isBrief) return failure;
  return {
    ...failure,
    message: cut(message, longestMessage),
    ...(stderr !== undefined && {
      stderr: stderr.slice(-mostLines).map((line) => cut(line, longestLine)),
    }),
  };
}
