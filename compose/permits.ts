/** So many at a time. Who comes when there is none waits; it is one task that asks. */
export class Permits {
  #free: number;
  #wake: () => void = () => {};

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<void> {
    while (this.#free === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#free--;
  }

  giveBack(): void {
    this.#free++;
    this.#wake();
  }
}
