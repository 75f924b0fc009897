/** Chance from a seed: the same seed, the same story. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to `end - 1`. */
  below(end: number): number {
    return Math.floor((this.#next() / 0x1_0000_0000) * end);
  }

  chance(probability: number): boolean {
    return this.#next() / 0x1_0000_0000 < probability;
  }

  /** One of several, each as likely as the others. */
  of<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('there is nothing to choose from');
    return choice;
  }

  /** The same, and it is gone from the list. */
  draw<T>(from: T[]): T {
    const [drawn] = from.splice(this.below(from.length), 1);
    if (drawn === undefined) throw new Error('there is nothing to draw');
    return drawn;
  }

  /** One of the keys, as likely as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    let sum = 0;
    for (const key in weights) sum += weights[key];
    let left = this.below(sum);
    for (const key in weights) {
      left -= weights[key];
      if (left < 0) return key;
    }
    throw new Error('there is nothing to choose from');
  }

  /** A seed for a part of the story, so that changes in one part leave the others alone. */
  fork(): number {
    return this.#next();
  }

  /** mulberry32, by Tommy Ettinger (public domain): 32 bits of state, good enough to pick from a few. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
