import { Carried } from './cargo.ts';
import { maxDepth } from './plain.ts';

/** Whether there is an end of a channel anywhere in a value. */
export function mentionsEnd(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return false;
  if (value instanceof Carried) return true;
  if (value instanceof Uint8Array) return false;
  return Object.values(value).some((entry) => mentionsEnd(entry, depth + 1));
}
