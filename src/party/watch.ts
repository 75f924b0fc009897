import type { Cancel, Clock } from '../clock.ts';
import type { Patience } from './operation.ts';

/** Calls back when the time is over, or when the signal fires. @returns what stops watching */
export function watch(
  { timeout = Number.POSITIVE_INFINITY, signal }: Patience,
  clock: Clock,
  onTimeout: () => void,
  onAbort: () => void,
): Cancel {
  const stopClock =
    timeout === Number.POSITIVE_INFINITY ? nothing : clock.after(timeout, onTimeout);
  const stopSignal = watchSignal(signal, onAbort);
  return () => {
    stopClock();
    stopSignal();
  };
}

/** Calls back when the signal fires. @returns what stops watching */
export function watchSignal(signal: AbortSignal | undefined, onAbort: () => void): Cancel {
  if (signal === undefined) return nothing;
  signal.addEventListener('abort', onAbort, { once: true });
  return () => signal.removeEventListener('abort', onAbort);
}

function nothing(): void {}

/** Why such patience cannot be had; `undefined` when it can. */
export function impatience(patience: Patience): Error | undefined {
  if (typeof patience !== 'object' || patience === null) {
    return new TypeError(`how long to wait is said by { timeout, signal }, not by ${patience}`);
  }
  for (const name in patience) {
    if (name === 'timeout' || name === 'signal') continue;
    return new TypeError(`there is no option ${name}; there are timeout and signal`);
  }
  const { timeout = 0, signal } = patience;
  if (typeof timeout !== 'number' || !(timeout >= 0)) {
    return new RangeError(`timeout must be a number of milliseconds, 0 or more, not ${timeout}`);
  }
  if (signal === undefined || typeof signal?.addEventListener === 'function') return undefined;
  const isController = typeof signal === 'object' && signal !== null && 'signal' in signal;
  const what = isController ? 'an AbortController: give controller.signal' : String(signal);
  return new TypeError(`signal must be an AbortSignal, not ${what}`);
}
