/**
 * The place of the code that waits, for people: `parse (/srv/parser.ts:14:20)`. The first function that is not
 * our own; where there is no other, ours.
 *
 * @param waiting functions that wait one for the other, as V8 writes them
 */
export function placeOf(waiting: readonly string[]): string | undefined {
  const frame = waiting.find((one) => !isOurs(one) && !one.startsWith('Promise.')) ?? waiting[0];
  return frame?.replace('file://', '');
}

/** Of several operations, as far as they are known. */
export function placesOf<K>(waiting: ReadonlyMap<K, readonly string[]>): ReadonlyMap<K, string> {
  const places = new Map<K, string>();
  for (const [key, functions] of waiting) {
    const place = placeOf(functions);
    if (place !== undefined) places.set(key, place);
  }
  return places;
}

const root = new URL('../', import.meta.url).href;
const folders = ['src', 'platform', 'supervisor', 'child', 'compose'];

function isOurs(frame: string): boolean {
  return frame.includes('node:') || folders.some((folder) => frame.includes(`${root}${folder}/`));
}
