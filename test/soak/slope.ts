/** A line through all that was measured, in as much memory for an hour as for a second. */
export class Slope {
  #count = 0;
  #times = 0;
  #values = 0;
  #squares = 0;
  #products = 0;
  #valueSquares = 0;

  add(time: number, value: number): void {
    this.#count++;
    this.#times += time;
    this.#values += value;
    this.#squares += time * time;
    this.#products += time * value;
    this.#valueSquares += value * value;
  }

  get mean(): number {
    return this.#values / this.#count;
  }

  /** By how much the value grows in so much time; 0 while nothing can be said. */
  growthIn(time: number): number {
    const spread = this.#ofTimes;
    return spread > 0 ? (time * this.#together) / spread : 0;
  }

  /** How far that may be off by chance: its standard error. */
  doubtIn(time: number): number {
    const spread = this.#ofTimes;
    if (this.#count < 3 || spread <= 0) return Number.POSITIVE_INFINITY;
    const values = this.#valueSquares - this.#values ** 2 / this.#count;
    const unexplained = Math.max(0, values - this.#together ** 2 / spread);
    return time * Math.sqrt(unexplained / (this.#count - 2) / spread);
  }

  /** How the times are spread, squared. */
  get #ofTimes(): number {
    return this.#squares - this.#times ** 2 / this.#count;
  }

  /** How times and values are spread together. */
  get #together(): number {
    return this.#products - (this.#times * this.#values) / this.#count;
  }
}
