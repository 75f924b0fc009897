/**
 * Lets the supervisor ask whether this process lives, and whether its main thread does. A thread of its own
 * answers the first, and ends the process when the supervisor is gone, whatever the main thread is doing. The
 * thread takes some 45 ms of a processor to start, and 18 MB.
 *
 * @param descriptor a socket to the supervisor
 * @returns when it can be asked; until then the process stays alive
 */
export async function startPulse(descriptor: number): Promise<void> {
  // Few stages have a pulse, and what threads need takes Node a moment to load.
  const { Worker } = await import('node:worker_threads');
  const thread = new Worker(threadFile, {
    name: 'pulse',
    workerData: descriptor,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  return new Promise((resolve) => {
    thread.once('message', () => {
      // The main thread answers what it is asked as soon as its turn is over.
      thread.on('message', (question: number) => thread.postMessage(question));
      thread.unref();
      resolve();
    });
  });
}

/** Beside this file, and compiled as this one is. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? './pulse-thread.ts' : './pulse-thread.js',
  import.meta.url,
);
