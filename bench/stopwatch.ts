/** In laps: by then V8 has compiled what it compiles, also where compiler and program share one core. */
const warmUp = 20_480;
/** In milliseconds. */
const measured = 350;
/** The clock is read once in so many laps, so that reading it costs nothing. */
const lapsPerLook = 32;

/**
 * Times round trips: a warm-up that is not counted, then as many as fit in the measured time. Ask `lap` after
 * each round trip whether there should be one more.
 *
 * | state        | then                                                             |
 * | ------------ | ---------------------------------------------------------------- |
 * | `warming-up` | `measuring`, after the laps of the warm-up                       |
 * | `measuring`  | `done`, after the measured time: `lap` answers false             |
 */
export class Stopwatch {
  #state: 'warming-up' | 'measuring' | 'done' = 'warming-up';
  #start = 0;
  #laps = 0;
  #elapsed = 0;

  /** Whether to go on. */
  lap(): boolean {
    if (++this.#laps % lapsPerLook === 0) this.#look();
    return this.#state !== 'done';
  }

  /** Of one round trip, on average. */
  get microseconds(): number {
    if (this.#state !== 'done') throw new Error('the stopwatch has not finished');
    return (this.#elapsed * 1000) / this.#laps;
  }

  #look(): void {
    if (this.#state === 'warming-up') {
      if (this.#laps < warmUp) return;
      this.#state = 'measuring';
      this.#start = performance.now();
      this.#laps = 0;
      return;
    }
    this.#elapsed = performance.now() - this.#start;
    if (this.#elapsed >= measured) this.#state = 'done';
  }
}
