import { Carried } from './cargo.ts';

/**
 * Whether there may be an end of a channel somewhere in a value. Of one that cannot be looked through it may
 * be so: why it cannot, its encoding will say.
 */
export function mayMentionEnd(value: unknown): boolean {
  try {
    return mentionsEnd(value, new Set());
  } catch {
    return true;
  }
}

/** @param seen an object that occurs often is looked through once, also in a cycle */
function mentionsEnd(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Carried) return true;
  if (value instanceof Uint8Array || seen.has(value)) return false;
  seen.add(value);
  return Object.values(value).some((entry) => mentionsEnd(entry, seen));
}
