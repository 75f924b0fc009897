import type { Failure } from '../arbiter/events.ts';
import { mostFailures } from '../arbiter/failures.ts';
import { cut } from '../cut.ts';
import { longestName, longestText } from './longest.ts';

/**
 * A failure as a header can say it.
 *
 * @param longestMessage in characters
 * @param longestOutput the same, of all lines that it printed
 */
export function shortFailure(
  failure: Failure,
  longestMessage = longestText,
  longestOutput = 2 * longestText,
): Failure {
  return {
    ...failure,
    code: cut(failure.code, longestName),
    message: cut(failure.message, longestMessage),
    ...(failure.stage !== undefined && { stage: cut(failure.stage, longestName) }),
    ...(failure.signal !== undefined && { signal: cut(failure.signal, longestName) }),
    ...(failure.stderr !== undefined && { stderr: lastLines(failure.stderr, longestOutput) }),
  };
}

/** Together they are no longer than one. */
export function shortFailures(failures: readonly Failure[]): readonly Failure[] {
  const some = failures.slice(0, mostFailures);
  const longest = Math.floor((longestText * 3) / 4 / some.length);
  return some.map((failure) => shortFailure(failure, longest, 2 * longest));
}

/** As many of the last lines as are not too long together; the last says most. */
function lastLines(lines: readonly string[], longest: number): readonly string[] {
  const last: string[] = [];
  let left = longest;
  for (const line of lines.toReversed()) {
    const short = cut(line, longest / 2);
    left -= short.length + 1;
    if (left < 0) break;
    last.unshift(short);
  }
  return last;
}
