/** In milliseconds. */
const long = 200;

/**
 * Before a start is measured, its machine has been at work for a while, as it is where something crashes. One that
 * slept is slower for some time; straight after another start all of Node is in its caches.
 */
export async function atWork(exchange: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + long;
  while (performance.now() < end) await exchange();
}
