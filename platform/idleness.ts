import { Socket } from 'node:net';

/**
 * Whether this process would be over now, if nothing came to it through the handles that are named: no timer,
 * no other handle and no request of its code is under way. Timers and handles that do not keep a process
 * alive do not count, as they do not for Node. To be asked in a turn of its own (`setImmediate`), when the
 * code of this turn is done.
 *
 * @param own the types of the handles that do not count, as Node names them
 */
export function isIdleBut(own: readonly string[]): boolean {
  const active = counted(process.getActiveResourcesInfo());
  for (const type of [...own, ...printers()]) active.set(type, (active.get(type) ?? 0) - 1);
  return [...active.values()].every((count) => count <= 0);
}

/** What is printed to counts for Node, but brings nothing. */
function printers(): readonly string[] {
  return [process.stdout, process.stderr].flatMap((stream) => {
    if (!(stream instanceof Socket)) return [];
    return stream.isTTY ? 'TTYWrap' : 'PipeWrap';
  });
}

function counted(types: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}
