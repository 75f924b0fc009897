/** In milliseconds: by then it is at work, and whoever waits for its first value has it. */
const notBefore = 50;

/**
 * What Node has compiled for this process is kept for the next, where it has a folder for that. Node itself does
 * so when a process exits; one that is killed would leave nothing to who takes its place.
 */
export function keepCompiled(): void {
  setTimeout(() => {
    const { getCompileCacheDir, flushCompileCache } = process.getBuiltinModule('node:module');
    if (getCompileCacheDir() !== undefined) flushCompileCache();
  }, notBefore).unref();
}
