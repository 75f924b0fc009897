/**
 * First in, first out, in a ring that is used again and again: an array that gives away its first element moves all
 * others, and one that gets empty takes new memory for the next.
 */
export class Queue<T> implements Iterable<T> {
  #ring: (T | undefined)[] = new Array<T | undefined>(shortest).fill(undefined);
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The next to come out. */
  get first(): T | undefined {
    return this.#ring[this.#first];
  }

  push(item: T): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#first + this.#length) & (this.#ring.length - 1)] = item;
    this.#length++;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#first];
    this.#ring[this.#first] = undefined;
    this.#first = (this.#first + 1) & (this.#ring.length - 1);
    this.#length--;
    return item;
  }

  /** All of them, which are in it no more. */
  take(): T[] {
    const items = [...this];
    this.#ring = new Array<T | undefined>(shortest).fill(undefined);
    this.#first = 0;
    this.#length = 0;
    return items;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let place = 0; place < this.#length; place++) {
      yield this.#ring[(this.#first + place) & (this.#ring.length - 1)] as T;
    }
  }

  #grow(): void {
    const room = this.#ring.length;
    this.#ring = [...(this as Iterable<T | undefined>), ...new Array<undefined>(room)];
    this.#first = 0;
  }
}

/** A power of two, as all lengths of the ring are. */
const shortest = 4;
