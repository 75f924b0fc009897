/**
 * The messages that go over a link for each value. Their headers are numbers alone, and are written and read
 * directly; what is not so brief is left to `header.ts`.
 */
import type { Frame } from './frame.ts';
import type { FromProcess, FromSupervisor, WireGuard } from './message.ts';
import { messageNumbers, pollFlag, priorityFlag } from './message-numbers.ts';
import { beginList, finishList, listOf, numbers, put, putList, readNumbers } from './numbers.ts';

/** A header (valid until the next is encoded), and the bytes of the values that follow it. */
export interface Encoded {
  readonly header: Uint8Array;
  readonly values: readonly Uint8Array[];
}

export type BriefFromProcess = Exclude<FromProcess, { type: 'hello' | 'refused' }>;
export type BriefFromSupervisor = Exclude<
  FromSupervisor,
  { type: 'welcome' | 'refusal' | 'failed' | 'inspected' }
>;

/** An offer with more guards than this is not brief. */
export const mostBriefGuards = 15;

const noValues: readonly Uint8Array[] = [];

export function encodeBrief(message: BriefFromProcess | BriefFromSupervisor): Encoded {
  switch (message.type) {
    case 'offer':
      return encodeOffer(message);
    case 'deliver':
      beginList(4);
      put(messageNumbers.deliver);
      put(message.op);
      put(message.guard);
      put(message.attempt);
      return { header: finishList(), values: [message.value] };
    case 'withdraw':
      return three(messageNumbers.withdraw, message.op, message.kind === 'final' ? 1 : 0);
    case 'completed':
      return three(messageNumbers.completed, message.op, message.guard);
    case 'withdrawn':
      return three(messageNumbers.withdrawn, message.op, message.attempts);
    case 'inspect':
      return three(messageNumbers.inspect, message.query, message.end);
    case 'close':
      return two(messageNumbers.close, message.end);
    case 'shutdown':
      beginList(1);
      put(messageNumbers.shutdown);
      return { header: finishList(), values: noValues };
    default:
      return two(messageNumbers[message.type], message.op);
  }
}

/** @returns undefined where the header is not brief, or is wrong */
export function decodeBriefFromProcess(frame: Frame): BriefFromProcess | undefined {
  const count = readNumbers(frame.bytes, frame.headerAt, frame.valueAt);
  const [list, number, first = 0, second = 0] = numbers;
  if (number === messageNumbers.offer) return decodeOffer(count, frame.value);
  if (count === 0 || list !== listOf(count - 1) || first < 0 || second < 0) return undefined;
  switch (number) {
    case messageNumbers.taken:
      return count === 3 ? { type: 'taken', op: first } : undefined;
    case messageNumbers.returned:
      return count === 3 ? { type: 'returned', op: first } : undefined;
    case messageNumbers.close:
      return count === 3 ? { type: 'close', end: first } : undefined;
    case messageNumbers.withdraw: {
      const kind = second === 0 ? 'tentative' : 'final';
      return count === 4 ? { type: 'withdraw', op: first, kind } : undefined;
    }
    case messageNumbers.inspect:
      return count === 4 ? { type: 'inspect', query: first, end: second } : undefined;
    default:
      return undefined;
  }
}

/** @returns undefined where the header is not brief, or is wrong */
export function decodeBriefFromSupervisor(frame: Frame): BriefFromSupervisor | undefined {
  const count = readNumbers(frame.bytes, frame.headerAt, frame.valueAt);
  const [list, number, first = 0, second = 0, third = 0] = numbers;
  if (count === 0 || list !== listOf(count - 1)) return undefined;
  if (first < 0 || second < 0 || third < 0) return undefined;
  switch (number) {
    case messageNumbers.deliver:
      return count === 5
        ? { type: 'deliver', op: first, guard: second, attempt: third, value: frame.value }
        : undefined;
    case messageNumbers.completed:
      return count === 4 ? { type: 'completed', op: first, guard: second } : undefined;
    case messageNumbers.withdrawn:
      return count === 4 ? { type: 'withdrawn', op: first, attempts: second } : undefined;
    case messageNumbers.late:
      return count === 3 ? { type: 'late', op: first } : undefined;
    case messageNumbers.shutdown:
      return count === 2 ? { type: 'shutdown' } : undefined;
    default:
      return undefined;
  }
}

function two(number: number, first: number): Encoded {
  beginList(2);
  put(number);
  put(first);
  return { header: finishList(), values: noValues };
}

function three(number: number, first: number, second: number): Encoded {
  beginList(3);
  put(number);
  put(first);
  put(second);
  return { header: finishList(), values: noValues };
}

type Offer = Extract<FromProcess, { type: 'offer' }>;

function encodeOffer({ op, guards, isPoll, isPriority }: Offer): Encoded {
  const values: Uint8Array[] = [];
  beginList(4);
  put(messageNumbers.offer);
  put(op);
  put((isPoll ? pollFlag : 0) | (isPriority ? priorityFlag : 0));
  putList(guards.length);
  for (const { end, value } of guards) {
    putList(value === undefined ? 1 : 2);
    put(end);
    if (value === undefined) continue;
    put(value.length);
    values.push(value);
  }
  return { header: finishList(), values };
}

/** `[2, op, flags, [[end] or [end, length], …]]` */
function decodeOffer(count: number, value: Uint8Array): Offer | undefined {
  const [list, , op = -1, flags = -1, guardList = 0] = numbers;
  if (list !== listOf(4) || count < 5 || op < 0 || flags < 0 || guardList >= 0) return undefined;
  const guardCount = listOf(guardList);
  const guards: WireGuard[] = [];
  let at = 5;
  let used = 0;
  for (let guard = 0; guard < guardCount; guard++) {
    const elements = numbers[at];
    const end = numbers[at + 1] ?? -1;
    const length = numbers[at + 2] ?? -1;
    if (elements === listOf(1) && end >= 0 && at + 2 <= count) {
      guards.push({ end });
      at += 2;
    } else if (elements === listOf(2) && end >= 0 && length >= 0 && at + 3 <= count) {
      if (used + length > value.length) return undefined;
      guards.push({ end, value: guardCount === 1 ? value : value.subarray(used, used + length) });
      used += length;
      at += 3;
    } else {
      return undefined;
    }
  }
  if (at !== count || used !== value.length) return undefined;
  const isPoll = (flags & pollFlag) !== 0;
  return { type: 'offer', op, isPoll, isPriority: (flags & priorityFlag) !== 0, guards };
}
