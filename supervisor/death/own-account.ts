/** What a process that nobody accused has died of, by its signal and by what it printed last. */
import type { Death } from './death.ts';

/**
 * | account      | seen by                                                                  |
 * | ------------ | ------------------------------------------------------------------------ |
 * | `heap-full`  | V8 has said so, and aborted                                              |
 * | `aborted`    | SIGABRT: `process.abort()`, an assertion in native code                  |
 * | `crashed`    | a signal that the processor raises: native code did what cannot be done  |
 * | `cpu-time`   | SIGXCPU: the system's limit                                              |
 * | `killed`     | SIGKILL that the supervisor has not sent                                 |
 */
export type OwnAccount = 'heap-full' | 'aborted' | 'crashed' | 'cpu-time' | 'killed';

export function ownAccountOf({
  signal,
  exitCode,
  stderr,
  wasSignalled,
}: Pick<Death, 'signal' | 'exitCode' | 'stderr' | 'wasSignalled'>): OwnAccount | undefined {
  if (exitCode !== 0 && stderr.some((line) => heapFull.test(line))) return 'heap-full';
  if (signal === undefined) return undefined;
  if (signal === 'SIGKILL') return wasSignalled ? undefined : 'killed';
  return accounts.get(signal);
}

/** `FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory` */
const heapFull = /^FATAL ERROR: .*JavaScript heap out of memory/;

const accounts: ReadonlyMap<string, OwnAccount> = new Map([
  ['SIGABRT', 'aborted'],
  ['SIGSEGV', 'crashed'],
  ['SIGBUS', 'crashed'],
  ['SIGILL', 'crashed'],
  ['SIGFPE', 'crashed'],
  ['SIGSYS', 'crashed'],
  ['SIGTRAP', 'crashed'],
  ['SIGXCPU', 'cpu-time'],
]);
