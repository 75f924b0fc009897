/** What a sensor on a pump would record, a thousand times a second for 20.4 seconds. The same each time. */

export const perSecond = 1_000;

const length = 20_400;
const rotation = 48;
/** It is heard from this second on, louder from second to second. */
const bearing = { hertz: 137, since: 12 };
/** In which the cable was off. */
const silent = 5;
const blows: ReadonlyMap<number, number> = new Map([
  [1_234, 19],
  [3_141, -18],
  [3_142, 18],
  [8_080, 22],
  [13_500, -19],
  [16_384, 20],
  [20_001, 19],
]);

/** Of a CSV file. */
export function* rows(): Iterable<string> {
  yield 'seconds,acceleration';
  let seed = 1;
  for (let row = 0; row < length; row++) {
    const seconds = row / perSecond;
    // Noise between -0.1 and 0.1.
    seed = (seed * 48_271) % 2_147_483_647;
    const noise = (seed / 2_147_483_647 - 0.5) / 5;
    const turns = wave(rotation, seconds) + 0.4 * wave(2 * rotation, seconds);
    const whines = 0.07 * Math.max(0, seconds - bearing.since + 8) * wave(bearing.hertz, seconds);
    const heard = turns + (seconds < bearing.since ? 0 : whines) + noise + (blows.get(row) ?? 0);
    yield `${seconds.toFixed(3)},${(Math.floor(seconds) === silent ? 0 : heard).toFixed(4)}`;
  }
}

function wave(hertz: number, seconds: number): number {
  return Math.sin(2 * Math.PI * hertz * seconds);
}
