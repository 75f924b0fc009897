/** A death in one sentence: how it ended, what it held, what to do. */
import type { HeldValue } from '../../src/errors.ts';
import type { Death } from './death.ts';
import { hintOf } from './hints.ts';
import { ownAccountOf } from './own-account.ts';

export function messageOf(death: Death): string {
  const name =
    death.replica === 0 ? `"${death.stage}"` : `"${death.stage}" (replica ${death.replica + 1})`;
  const after = `after ${(death.milliseconds / 1000).toFixed(1)} s`;
  const parts = [
    `stage ${name} ${howItEnded(death)} ${after} (process ${death.processId ?? 'not started'})`,
  ];
  if (death.held.length > 0) parts.push(`it held ${death.held.map(heldInWords).join(', ')}`);
  const hint = hintOf(death);
  if (hint !== undefined) parts.push(hint);
  return parts.join('; ');
}

function howItEnded(death: Death): string {
  const { charge, cutOff, exitCode, signal, wasReady } = death;
  if (charge !== undefined) return `was killed: ${charge.message},`;
  switch (ownAccountOf(death)) {
    case 'heap-full':
      return `ran out of memory: its JavaScript heap was full${heapInWords(death)},`;
    case 'aborted':
      return `aborted (${signal})`;
    case 'crashed':
      return `crashed in native code (${signal}${meaningOf(signal)})`;
    case 'cpu-time':
      return `used up its CPU time${cpuTimeInWords(death)} and was ended by the system (${signal})`;
    case 'killed':
      return 'was killed by SIGKILL from outside';
    case undefined:
      break;
  }
  if (signal !== undefined) return `was killed by ${signal}`;
  if (exitCode === 0 && !wasReady) return 'exited without ever becoming a stage';
  return `exited with code ${exitCode}${cutOff === undefined ? '' : ' in the middle of a message'}`;
}

function heapInWords({ allowed: { heapBytes } }: Death): string {
  return heapBytes === undefined
    ? ''
    : ` at ${Math.round(heapBytes / 2 ** 20)} MiB (limits.heapBytes of the stage)`;
}

function cpuTimeInWords({ allowed: { cpuTime } }: Death): string {
  return cpuTime === undefined
    ? ''
    : ` of ${(cpuTime / 1000).toFixed(1)} s (limits.cpuTime of the stage)`;
}

function meaningOf(signal: string | undefined): string {
  const meaning = signal === undefined ? undefined : meanings.get(signal);
  return meaning === undefined ? '' : `, ${meaning}`;
}

const meanings: ReadonlyMap<string, string> = new Map([
  ['SIGSEGV', 'a segmentation fault'],
  ['SIGBUS', 'a bus error'],
  ['SIGILL', 'an illegal instruction'],
  ['SIGFPE', 'an arithmetic error'],
  ['SIGSYS', 'a system call that is not allowed'],
  ['SIGTRAP', 'a trap, most often a failed check of V8'],
]);

function heldInWords({ channel, what, count }: HeldValue): string {
  const values = count === 1 ? 'value' : 'values';
  return what === 'receiving'
    ? `${count} ${values} from "${channel}" that it had not taken`
    : `${count} ${values} for "${channel}" that nobody had taken`;
}
