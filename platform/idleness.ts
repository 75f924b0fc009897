import { Socket } from './builtins.ts';

/** The handles of a process that do not count when it is asked whether it is idle. */
export interface OwnHandles {
  /** As Node names them. */
  readonly types: readonly string[];
  /** They keep the process alive no more, until what is returned is called. */
  readonly rest: () => () => void;
}

/**
 * Whether this process would be over now, were it not for its own handles: its code has nothing under way. What
 * does not keep a process alive does not count, as it does not for Node. To be asked in a turn of its own
 * (`setImmediate`), when the code of this turn is done.
 */
export async function isIdleBut(own: OwnHandles): Promise<boolean> {
  if (hasMoreThan(own.types)) return false;
  // Not everything that keeps a process alive is on that list: work in the thread pool, for one, is not.
  const answer = asked.then(() => wouldBeOver(own));
  asked = answer;
  return answer;
}

/** One question after the other. */
let asked: Promise<unknown> = Promise.resolve();

function hasMoreThan(own: readonly string[]): boolean {
  const active = counted(process.getActiveResourcesInfo());
  for (const type of [...own, ...printers().map(typeOf)]) {
    active.set(type, (active.get(type) ?? 0) - 1);
  }
  return [...active.values()].some((count) => count > 0);
}

/** How long, in milliseconds, an event loop with nothing to do may take to say so. */
const longestFarewell = 50;

/** Lets go of everything, and waits for what Node says at the end of a process; then takes hold of it again. */
function wouldBeOver(own: OwnHandles): Promise<boolean> {
  return new Promise((resolve) => {
    // It is not the end: those who wait for that are left out.
    const listeners = process.rawListeners('beforeExit') as (() => void)[];
    process.removeAllListeners('beforeExit');
    const printing = printers();
    for (const stream of printing) stream.unref();
    const takeHold = own.rest();
    const answer = (isOver: boolean) => {
      clearTimeout(timer);
      process.removeListener('beforeExit', onOver);
      for (const listener of listeners) process.on('beforeExit', listener);
      takeHold();
      for (const stream of printing) stream.ref();
      resolve(isOver);
    };
    const onOver = () => answer(true);
    const timer = setTimeout(() => answer(false), longestFarewell).unref();
    process.on('beforeExit', onOver);
  });
}

/** What is printed to counts for Node, but brings nothing. */
function printers(): readonly Socket[] {
  return [process.stdout, process.stderr].filter((stream) => stream instanceof Socket);
}

function typeOf(stream: Socket): string {
  return 'isTTY' in stream && stream.isTTY === true ? 'TTYWrap' : 'PipeWrap';
}

function counted(types: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}
