/** A pool of worker processes, of whatever make. */

export interface Job {
  readonly id: number;
  readonly act: string;
  readonly folder: string;
}

/** Resolves with the answer to a job, or rejects. */
export type Pool = (job: Job) => Promise<unknown>;

/** @param module of the workers; undefined: the one that is written for this pool */
export type MakePool = (workers: number, module: URL | undefined) => Pool;

/** How long, in milliseconds, a worker may have one job, where a pool can be told so. */
export const patience = 2_000;

export function workerModule(name: string): URL {
  return new URL(`./workers/${name}.js`, import.meta.url);
}
