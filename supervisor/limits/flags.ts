import type { StageLimits } from './limits.ts';

/**
 * Flags of Node, for limits that V8 sees to. Beside the old generation a heap has a young one, of three
 * semi-spaces: together they are what was allowed.
 */
export function heapFlags({ heapBytes }: StageLimits): readonly string[] {
  if (heapBytes === undefined) return [];
  const heap = Math.floor(heapBytes / 2 ** 20);
  const semiSpace = 2 ** Math.floor(Math.log2(Math.min(Math.max(heap / 16, 1), 16)));
  return [`--max-old-space-size=${heap - 3 * semiSpace}`, `--max-semi-space-size=${semiSpace}`];
}
