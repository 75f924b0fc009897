import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process uses, in bytes, after its garbage was collected. */
export interface MemoryInUse {
  readonly heap: number;
  readonly buffers: number;
  readonly resident: number;
}

export function memoryInUse(): MemoryInUse {
  collectGarbage();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers, resident: rss };
}

/** By how much each has grown. */
export function growth(before: MemoryInUse, after: MemoryInUse): MemoryInUse {
  return {
    heap: after.heap - before.heap,
    buffers: after.buffers - before.buffers,
    resident: after.resident - before.resident,
  };
}

function collectGarbage(): void {
  collector ??= collectorOfV8();
  if (typeof collector === 'function') collector();
}

let collector: unknown;

function collectorOfV8(): unknown {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
