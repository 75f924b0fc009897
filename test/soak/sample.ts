import { readdirSync } from 'node:fs';
import { setInterval } from 'node:timers';
import type { Sender } from 'handover';
import { memoryInUse } from '../support/memory.ts';

/** What a process uses, after its garbage was collected: memory in bytes. */
export interface Sample {
  readonly who: string;
  readonly memory: number;
  readonly resident: number;
  readonly descriptors: number;
  /** How many values it has taken, or sent where it takes none. */
  readonly values: number;
}

/** In milliseconds: whoever starts the others tells them. Garbage is collected each time, which costs speed. */
export const interval = Number(process.env.SOAK_INTERVAL);

export function sampleOf(who: string, values: number): Sample {
  const { heap, buffers, resident } = memoryInUse();
  const descriptors = readdirSync('/proc/self/fd').length;
  return { who, memory: heap + buffers, resident, descriptors, values };
}

/** Of this process, for as long as it runs. */
export function keepSampling(who: string, samples: Sender<Sample>, values: () => number): void {
  let sent = Promise.resolve();
  setInterval(() => {
    sent = sent.then(() => samples.send(sampleOf(who, values())));
    // Who is stopped has nothing to say any more.
    sent.catch(() => {});
  }, interval);
}
