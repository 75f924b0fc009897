/** The ways in which a process comes to a bad end, or to none. Each is for the process itself to go. */

export type Ending = keyof typeof endings;

export const endings = {
  SIGKILL: { go: () => signal('SIGKILL'), says: /was killed by SIGKILL/ },
  SIGSEGV: { go: () => signal('SIGSEGV'), says: /SIGSEGV/ },
  abort: { go: () => process.abort(), says: /SIGABRT/ },
  'out of memory': { go: fillHeap, says: /ran out of memory/ },
  'process.exit': { go: () => process.exit(3), says: /exited with code 3/ },
  SIGSTOP: {
    go: () => signal('SIGSTOP'),
    says: /gave no sign of life for \d+ ms, for it was stopped/,
  },
  'endless loop': { go: loop, says: /its main thread did not come back for \d+ ms/ },
} as const satisfies Readonly<Record<string, { go: () => never; says: RegExp }>>;

function signal(name: NodeJS.Signals): never {
  process.kill(process.pid, name);
  return block();
}

/** In one turn: nothing that is on its way to this process is read any more. */
function fillHeap(): never {
  const kept: unknown[] = [];
  for (;;) kept.push({ number: kept.length });
}

function loop(): never {
  for (;;);
}

function block(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
