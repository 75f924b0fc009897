/**
 * The messages that go over a link for each value. Their headers are numbers alone, and are written and read
 * directly; what is not so brief is left to `header.ts`.
 */
import type { FromProcess, FromSupervisor, WireGuard } from './message.ts';
import { messageNumbers, pollFlag, priorityFlag } from './message-numbers.ts';
import { beginList, finishList, numbers, put, putList, readNumbers } from './numbers.ts';

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

/**
 * @param value undefined where it was too large and was skipped
 * @returns undefined where the header is not brief, or is wrong
 */
export function decodeBriefFromProcess(
  header: Uint8Array,
  value: Uint8Array | undefined,
): BriefFromProcess | undefined {
  if (!readNumbers(header)) return undefined;
  const [length, number, first = 0, second = 0] = numbers;
  if (number === messageNumbers.offer) return decodeOffer(value);
  if (numbers.length - 1 !== length) return undefined;
  switch (number) {
    case messageNumbers.taken:
      return length === 2 ? { type: 'taken', op: first } : undefined;
    case messageNumbers.returned:
      return length === 2 ? { type: 'returned', op: first } : undefined;
    case messageNumbers.close:
      return length === 2 ? { type: 'close', end: first } : undefined;
    case messageNumbers.withdraw: {
      const kind = second === 0 ? 'tentative' : 'final';
      return length === 3 ? { type: 'withdraw', op: first, kind } : undefined;
    }
    case messageNumbers.inspect:
      return length === 3 ? { type: 'inspect', query: first, end: second } : undefined;
    default:
      return undefined;
  }
}

/** @returns undefined where the header is not brief, or is wrong */
export function decodeBriefFromSupervisor(
  header: Uint8Array,
  value: Uint8Array | undefined,
): BriefFromSupervisor | undefined {
  if (!readNumbers(header)) return undefined;
  const [length, number, first = 0, second = 0, third = 0] = numbers;
  if (numbers.length - 1 !== length) return undefined;
  switch (number) {
    case messageNumbers.deliver:
      return length === 4 && value !== undefined
        ? { type: 'deliver', op: first, guard: second, attempt: third, value }
        : undefined;
    case messageNumbers.completed:
      return length === 3 ? { type: 'completed', op: first, guard: second } : undefined;
    case messageNumbers.withdrawn:
      return length === 3 ? { type: 'withdrawn', op: first, attempts: second } : undefined;
    case messageNumbers.late:
      return length === 2 ? { type: 'late', op: first } : undefined;
    case messageNumbers.shutdown:
      return { type: 'shutdown' };
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

/** `[2, op, flags, [[end] or [end, length], …]]`, of which `numbers` has the lengths too. */
function decodeOffer(value: Uint8Array | undefined): Offer | undefined {
  const [length, , op = 0, flags = 0, count = 0] = numbers;
  if (length !== 4 || value === undefined) return undefined;
  const guards: WireGuard[] = [];
  let at = 5;
  let used = 0;
  for (let guard = 0; guard < count; guard++) {
    const elements = numbers[at];
    const end = numbers[at + 1];
    if (end === undefined) return undefined;
    if (elements === 1) {
      guards.push({ end });
    } else if (elements === 2) {
      const start = used;
      used += numbers[at + 2] ?? Number.POSITIVE_INFINITY;
      if (used > value.length) return undefined;
      guards.push({
        end,
        value: start === 0 && used === value.length ? value : value.subarray(start, used),
      });
    } else {
      return undefined;
    }
    at += 1 + elements;
  }
  if (at !== numbers.length || used !== value.length) return undefined;
  const isPoll = (flags & pollFlag) !== 0;
  return { type: 'offer', op, isPoll, isPriority: (flags & priorityFlag) !== 0, guards };
}
