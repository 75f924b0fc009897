/**
 * What memory alone takes of the rendezvous of a supervisor with so many links, in turn: of each pair of links as many
 * objects as a rendezvous deals with are read and written, and nothing else is done. With few links they stay in the
 * processor's nearest memory, with many they do not.
 */
import { argv } from 'node:process';
import { report } from '../figure.ts';
import { Stopwatch } from '../stopwatch.ts';

/**
 * Of a pair, estimated from a heap snapshot: links, seats, sessions, outputs, maps and their tables, operations, closures;
 * one and a half lines of memory each.
 */
const objectsOfPair = 100;

const [, , links] = argv;

class Counter {
  readonly next: Counter | undefined;
  count = 0;
  /** Is not touched: an object of the usual size is longer than a line of memory. */
  readonly others = [1, 2, 3];

  constructor(next: Counter | undefined) {
    this.next = next;
  }
}

const pairs = Array.from({ length: Number(links) / 2 }, chain);

const stopwatch = new Stopwatch();
let turn = 0;
do {
  for (let one = pairs[turn]; one !== undefined; one = one.next) one.count++;
  turn = (turn + 1) % pairs.length;
} while (stopwatch.lap());
report(stopwatch.microseconds);

function chain(): Counter {
  let first = new Counter(undefined);
  for (let count = 1; count < objectsOfPair; count++) first = new Counter(first);
  return first;
}
