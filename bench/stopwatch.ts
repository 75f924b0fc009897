import { env } from 'node:process';

/** In laps: by then V8 has compiled what it compiles, also where compiler and program share one core. */
export const usualWarmUp = 20_480;
/** In milliseconds. */
const measured = 350;
/** The clock is read once in so many laps, so that reading it costs nothing. */
const lapsPerLook = 32;
/** Who counts what laps cost says how many there are to be, instead of a time: see `work.ts`. */
const fixedLaps = env.BENCH_LAPS === undefined ? undefined : Number(env.BENCH_LAPS);

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
  readonly #warmUp: number;
  #state: 'warming-up' | 'measuring' | 'done' = 'warming-up';
  #start = 0;
  #laps = 0;
  #elapsed = 0;

  /** @param warmUp fewer laps, where each takes long; more, where they take turns */
  constructor(warmUp = usualWarmUp) {
    this.#warmUp = warmUp;
  }

  /** Whether to go on. */
  lap(): boolean {
    if (++this.#laps % lapsPerLook === 0) this.#look();
    return this.#state !== 'done';
  }

  /** The same, for several at once. */
  laps(count: number): boolean {
    for (let lap = 0; lap < count; lap++) this.lap();
    return this.#state !== 'done';
  }

  /** Of one round trip, on average. */
  get microseconds(): number {
    if (this.#state !== 'done') throw new Error('the stopwatch has not finished');
    return (this.#elapsed * 1000) / this.#laps;
  }

  #look(): void {
    switch (this.#state) {
      case 'warming-up':
        if (this.#laps < this.#warmUp) return;
        this.#state = 'measuring';
        this.#start = performance.now();
        this.#laps = 0;
        break;
      case 'measuring':
        this.#elapsed = performance.now() - this.#start;
        if (fixedLaps === undefined ? this.#elapsed >= measured : this.#laps >= fixedLaps) {
          this.#state = 'done';
        }
        break;
      case 'done':
        break;
    }
  }
}
