import type { Line, Place } from './line.ts';
import type { Operation } from './operation.ts';

/** One guard of the operation stands in a line, at the position of its arrival. */
export function enter<V>(operation: Operation<V>, guard: number, line: Line<V>): Place<V> {
  const place: Place<V> = { operation, guard, line, previous: undefined, next: undefined };
  line.enter(place);
  return place;
}

/** Back to its old position, for the one guard that it has committed to. */
export function standAgain<V>(operation: Operation<V>, line: Line<V>): void {
  operation.places = [enter(operation, operation.committed, line)];
}

/** The operation stands in no line any more. */
export function leaveLines<V>(operation: Operation<V>): void {
  for (const place of operation.places) place.line.leave(place);
  operation.places = nowhere;
}

const nowhere: readonly never[] = [];
