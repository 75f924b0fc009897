/**
 * Calls it in this turn, after what is due already. Node's `queueMicrotask` does the same, and takes note of who asked:
 * that takes longer than most of what is done here.
 */
export function soon(then: () => void): void {
  void settled.then(then);
}

const settled: Promise<void> = Promise.resolve();
