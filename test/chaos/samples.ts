/** What the supervisor's process uses while all that goes on: it must not grow. */
import { memoryInUse } from '../support/memory.ts';
import { openDescriptors } from '../support/processes.ts';

interface Sample {
  readonly memory: number;
  readonly descriptors: number;
}

const mebi = 2 ** 20;
/** More than garbage and chance can explain, less than a leak of a few kilobytes for each process. */
const allowedMemory = 8 * mebi;
/** As many as the processes that die and start at one moment may have more than those of another. */
const allowedDescriptors = 40;

export class Samples {
  readonly #samples: Sample[] = [];

  take(): void {
    const { heap, buffers } = memoryInUse();
    this.#samples.push({ memory: heap + buffers, descriptors: openDescriptors() });
  }

  breaches(): readonly string[] {
    const memory = this.#growth('memory');
    const descriptors = this.#growth('descriptors');
    return [
      ...(memory > allowedMemory ? [`memory grew by ${(memory / mebi).toFixed(1)} MiB`] : []),
      ...(descriptors > allowedDescriptors ? [`${descriptors} descriptors more`] : []),
    ];
  }

  summary(): string {
    const of = (what: keyof Sample, unit: number) =>
      this.#thirds(what)
        .map((value) => (value / unit).toFixed(1))
        .join(' → ');
    return `memory:  ${of('memory', mebi)} MiB; descriptors: ${of('descriptors', 1)} (means of the thirds of the run)`;
  }

  /** From the second third to the last: the first is for warming up. */
  #growth(what: keyof Sample): number {
    const [, middle = 0, last = 0] = this.#thirds(what);
    return last - middle;
  }

  #thirds(what: keyof Sample): readonly number[] {
    const third = Math.ceil(this.#samples.length / 3);
    return [0, 1, 2].map((index) => {
      const part = this.#samples.slice(index * third, (index + 1) * third);
      return part.reduce((sum, sample) => sum + sample[what], 0) / Math.max(1, part.length);
    });
  }
}
