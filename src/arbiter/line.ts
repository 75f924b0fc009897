import type { Operation } from './operation.ts';

/**
 * The line of those that wait on one side of a channel, in the order in which they arrived.
 *
 * A doubly linked list, so that the losing guards of a select and withdrawn offers leave from the middle
 * at no cost. What comes back after a crash goes to its old position: `enter` looks from the front,
 * because what comes back is old.
 */
export class Line<V> {
  head: Place<V> | undefined;
  #tail: Place<V> | undefined;
  length = 0;

  enter(place: Place<V>): void {
    const arrival = place.operation.arrival;
    if (this.#tail === undefined || this.#tail.operation.arrival <= arrival) {
      this.#insertBefore(place, undefined);
      return;
    }
    let next = this.head;
    while (next !== undefined && next.operation.arrival <= arrival) next = next.next;
    this.#insertBefore(place, next);
  }

  leave(place: Place<V>): void {
    if (place.previous === undefined) this.head = place.next;
    else place.previous.next = place.next;
    if (place.next === undefined) this.#tail = place.previous;
    else place.next.previous = place.previous;
    place.previous = undefined;
    place.next = undefined;
    this.length--;
  }

  /** The first place that is not the operation's own: one select never meets itself. */
  firstOther(operation: Operation<V> | undefined): Place<V> | undefined {
    let place = this.head;
    while (place !== undefined && place.operation === operation) place = place.next;
    return place;
  }

  *[Symbol.iterator](): Generator<Place<V>> {
    for (let place = this.head; place !== undefined; place = place.next) yield place;
  }

  #insertBefore(place: Place<V>, next: Place<V> | undefined): void {
    const previous = next === undefined ? this.#tail : next.previous;
    place.previous = previous;
    place.next = next;
    if (previous === undefined) this.head = place;
    else previous.next = place;
    if (next === undefined) this.#tail = place;
    else next.previous = place;
    this.length++;
  }
}

/** One guard of one operation, standing in one line. */
export interface Place<V> {
  readonly operation: Operation<V>;
  readonly guard: number;
  readonly line: Line<V>;
  previous: Place<V> | undefined;
  next: Place<V> | undefined;
}
