/** What happened, in a sentence. */
import type { Failure } from '../../src/arbiter/events.ts';
import type { HangSign } from '../../src/errors.ts';
import type { SupervisorEvent } from '../events/event.ts';

/** An event that is not a line which a stage printed. */
type Told = Exclude<SupervisorEvent, { readonly type: 'printed' }>;

export function wordsFor(event: Told): string {
  switch (event.type) {
    case 'started':
      return `process ${event.processId ?? 'not'} started`;
    case 'ready':
      return `it is ready, after ${seconds(event.milliseconds)}${event.isSpare ? ', and waits as a spare' : ''}`;
    case 'ended':
      return `it ended well, after ${seconds(event.milliseconds)}`;
    case 'crashed':
      return event.failure.message;
    case 'reported':
      return `crash report: ${event.file} (handover replay tries it again)`;
    case 'stopped':
      return `it was told to end, and did, after ${seconds(event.milliseconds)}: ${event.why}`;
    case 'restarting':
      return `it is started again ${event.delay === 0 ? 'at once' : `in ${Math.ceil(event.delay)} ms`} (restart ${event.restart})`;
    case 'recycling':
      return `it is to end in good order, and another takes its place: ${event.why}`;
    case 'limit':
      return `it is over its limit: limits.${event.limit} is ${event.allowed}${event.used === undefined ? '' : `, and it has used ${Math.round(event.used)}`}`;
    case 'hang':
      return `it is killed, for it hangs: ${hangs[event.what]}, for ${seconds(event.milliseconds)}`;
    case 'redelivered':
      return `attempt ${event.attempts} at a value of "${event.channel}" failed${because(event.failure)}; it is back in line for another`;
    case 'dead-lettered':
      return `a value of "${event.channel}" goes to the dead letters "${event.deadLetters}", after ${attempts(event.attempts)}${because(event.failures.at(-1))}`;
    case 'discarded':
      return `a value of "${event.channel}" that had been accepted is given up: ${reasons[event.reason]}`;
    case 'group-failed':
    case 'deadlock':
    case 'trouble':
      return event.message;
  }
}

const hangs: Readonly<Record<HangSign, string>> = {
  value: 'it had one value in hand',
  silence: 'it gave no sign of life',
  busy: 'its main thread was busy',
};

const reasons = {
  'no-receiver': 'nobody is left who could take it',
  lost: 'all attempts at it failed',
  refused: 'its receiver could not read it',
};

function attempts(number: number): string {
  return number === 1 ? '1 attempt' : `${number} attempts`;
}

function because(failure: Failure | undefined): string {
  if (failure === undefined) return '';
  // That it did, and how, is an event of its own.
  if (failure.code === 'STAGE_FAILED') return ` (stage "${failure.stage}" crashed)`;
  const [first = ''] = failure.message.split('\n', 1);
  return ` (${first})`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
