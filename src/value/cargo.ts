/**
 * The ends of channels inside one value. They do not travel in its bytes: there stands only each one's place
 * in a list, which goes beside the bytes, so that whoever counts ends need not read the value.
 */

/** An end, as a value sees it. Inside a value it leaves its holder, and is back when the value is. */
export abstract class Carried {
  /**
   * Why it cannot go with a value of that party, in words; `undefined` when it can.
   * @internal
   */
  abstract unfitFor(party: object): string | undefined;
  /**
   * The number by which the authority of its party knows it.
   * @internal
   */
  abstract get number(): number;
  /**
   * Its value is on its way: it cannot be used here. Departing twice is departing once.
   * @internal
   */
  abstract depart(to: string): void;
  /** It is needed no more. */
  abstract close(): void;
  /**
   * Its value was taken: it is somebody else's now.
   * @internal
   */
  abstract arrive(): void;
  /**
   * Its value is back, and it can be used again.
   * @internal
   */
  abstract comeBack(): void;
}

/** How many ends one value may carry. */
export const mostCarried = 64;

export class Cargo {
  readonly #party: object;
  readonly #ends: Carried[] = [];

  /** @param party whose value it is: it can carry that party's ends, and no others */
  constructor(party: object) {
    this.#party = party;
  }

  get isEmpty(): boolean {
    return this.#ends.length === 0;
  }

  /** The list that goes beside the bytes. */
  get numbers(): readonly number[] {
    return this.#ends.map(({ number }) => number);
  }

  /** @returns its place in the list; or why it cannot be there, in words */
  place(end: Carried): number | string {
    const known = this.#ends.indexOf(end);
    if (known !== -1) return known;
    if (this.#ends.length === mostCarried) {
      return `one end more than the ${mostCarried} that a value may carry`;
    }
    return end.unfitFor(this.#party) ?? this.#ends.push(end) - 1;
  }

  depart(to: string): void {
    for (const end of this.#ends) end.depart(to);
  }

  arrive(): void {
    for (const end of this.#ends) end.arrive();
  }

  comeBack(): void {
    for (const end of this.#ends) end.comeBack();
  }
}
