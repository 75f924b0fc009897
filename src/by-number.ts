/**
 * Operations by their numbers. Most end soon after they have begun, so that of those under way few have numbers that
 * are far apart: these stand in a ring, where coming and going costs nothing; the others in a map. The ring gets longer
 * when many are under way at once. (A map that is filled and emptied makes itself anew again and again, and what it was
 * made of before keeps alive for V8 what was in it.)
 */
export class ByNumber<T extends { readonly op: number }> implements Numbered<T> {
  #ring = ringOf<T>(shortest);
  /** Made when the first has to stand in it. */
  #others: Map<number, T> | undefined;
  readonly #startOf: (one: T) => number;
  #inRing = 0;

  /** @param startOf when it began, counted from anywhere: those with higher numbers need not be the younger ones */
  constructor(startOf: (one: T) => number) {
    this.#startOf = startOf;
  }

  get size(): number {
    return this.#inRing + (this.#others?.size ?? 0);
  }

  has(op: number): boolean {
    return this.get(op) !== undefined;
  }

  get(op: number): T | undefined {
    const there = this.#ring[this.#placeOf(op)];
    return there?.op === op ? there : this.#others?.get(op);
  }

  /** One more. There is none with its number. */
  add(one: T): void {
    const place = this.#placeOf(one.op);
    if (this.#ring[place] === undefined) {
      this.#ring[place] = one;
      this.#inRing++;
    } else if (2 * this.#inRing >= this.#ring.length && this.#ring.length < longest) {
      this.#grow();
      this.add(one);
    } else {
      this.#others ??= new Map();
      this.#others.set(one.op, one);
    }
  }

  delete(op: number): void {
    const place = this.#placeOf(op);
    if (this.#ring[place]?.op !== op) {
      this.#others?.delete(op);
      return;
    }
    this.#ring[place] = undefined;
    this.#inRing--;
  }

  /** In the order in which they began. */
  values(): readonly T[] {
    const all = [...(this.#others?.values() ?? [])];
    for (const one of this.#ring) if (one !== undefined) all.push(one);
    return all.sort((one, other) => this.#startOf(one) - this.#startOf(other));
  }

  keys(): readonly number[] {
    return this.values().map(({ op }) => op);
  }

  #placeOf(op: number): number {
    return op & (this.#ring.length - 1);
  }

  /** What had a place of its own has one in the longer ring. */
  #grow(): void {
    const all = this.#ring;
    this.#ring = ringOf(2 * all.length);
    for (const one of all) if (one !== undefined) this.#ring[this.#placeOf(one.op)] = one;
  }
}

/** The same for who only looks. */
export interface Numbered<out T> {
  readonly size: number;
  has(op: number): boolean;
  get(op: number): T | undefined;
  values(): readonly T[];
  keys(): readonly number[];
}

/** Powers of two. */
const shortest = 16;
const longest = 1024;

function ringOf<T>(length: number): (T | undefined)[] {
  return new Array<T | undefined>(length).fill(undefined);
}
