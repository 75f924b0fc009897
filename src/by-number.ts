/**
 * Operations by their numbers. Most end soon after they have begun, so that of those under way few have numbers that
 * are far apart: these stand in a short ring, where coming and going costs nothing; the others in a map.
 */
export class ByNumber<T extends { readonly op: number }> implements Numbered<T> {
  readonly #ring: (T | undefined)[] = new Array<T | undefined>(ringLength).fill(undefined);
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
    const there = this.#ring[placeOf(op)];
    return there?.op === op ? there : this.#others?.get(op);
  }

  /** One more. There is none with its number. */
  add(one: T): void {
    const place = placeOf(one.op);
    if (this.#ring[place] !== undefined) {
      this.#others ??= new Map();
      this.#others.set(one.op, one);
      return;
    }
    this.#ring[place] = one;
    this.#inRing++;
  }

  delete(op: number): void {
    const place = placeOf(op);
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
}

/** The same for who only looks. */
export interface Numbered<out T> {
  readonly size: number;
  has(op: number): boolean;
  get(op: number): T | undefined;
  values(): readonly T[];
  keys(): readonly number[];
}

/** A power of two. */
const ringLength = 16;

function placeOf(op: number): number {
  return op & (ringLength - 1);
}
