/**
 * The messages that go over a link for each value. Their headers are numbers alone, and are written and read
 * directly; what is not so brief is left to `write-header.ts` and `read-header.ts`.
 */
import { beginFrame, type Frame, finishFrame } from './frame.ts';
import type { FromProcess, FromSupervisor, WireGuard } from './message.ts';
import { messageNumbers, pollFlag, priorityFlag } from './message-numbers.ts';
import { listOf, longestNumber, numbers, put, putList, readNumbers } from './numbers.ts';
import type { Output } from './output.ts';

export type BriefFromProcess = Exclude<
  FromProcess,
  {
    type:
      | 'hello'
      | 'refused'
      | 'abandoned'
      | 'open'
      | 'idle'
      | 'met'
      | 'parted'
      | 'flow'
      | 'expects';
  }
>;
export type BriefFromSupervisor = Exclude<
  FromSupervisor,
  { type: 'welcome' | 'refusal' | 'failed' | 'inspected' | 'meet' | 'part' | 'resume' | 'contract' }
>;

/** An offer with more guards than this is not brief. */
const mostBriefGuards = 15;
/** An offer's list, number and flags, and of each guard its list, end and length. */
const longestHeader = 3 + (2 + mostBriefGuards * 2) * longestNumber + mostBriefGuards;

/** Whether the offer's header is numbers alone, and not too many. */
export function isBriefOffer({ guards }: Pick<Offer, 'guards'>): boolean {
  if (guards.length > mostBriefGuards) return false;
  for (const { ends } of guards) if (ends !== undefined) return false;
  return true;
}

export function writeBrief(message: BriefFromProcess | BriefFromSupervisor, output: Output): void {
  switch (message.type) {
    case 'offer':
      writeOffer(message, output);
      break;
    case 'deliver': {
      const start = begin(output, 4, messageNumbers.deliver);
      put(output, message.op);
      put(output, message.guard);
      put(output, message.attempt);
      finishFrame(output, start, [message.value]);
      break;
    }
    case 'withdraw':
      three(output, messageNumbers.withdraw, message.op, message.kind === 'final' ? 1 : 0);
      break;
    case 'completed':
      three(output, messageNumbers.completed, message.op, message.guard);
      break;
    case 'withdrawn':
      writeWithdrawn(message, output);
      break;
    case 'inspect':
      three(output, messageNumbers.inspect, message.query, message.end);
      break;
    case 'probe':
      three(output, messageNumbers.probe, message.probe, message.wantsPlaces ? 1 : 0);
      break;
    case 'close':
      two(output, messageNumbers.close, message.end);
      break;
    case 'exiting':
      two(output, messageNumbers.exiting, message.exitCode);
      break;
    case 'shutdown':
    case 'retire':
      finishFrame(output, begin(output, 1, messageNumbers[message.type]));
      break;
    default:
      two(output, messageNumbers[message.type], message.op);
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
    case messageNumbers.exiting:
      return count === 3 ? { type: 'exiting', exitCode: first } : undefined;
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
      return count === 5
        ? { type: 'withdrawn', op: first, guard: second, attempts: third }
        : undefined;
    case messageNumbers.late:
      return count === 3 ? { type: 'late', op: first } : undefined;
    case messageNumbers.probe:
      return count === 4 ? { type: 'probe', probe: first, wantsPlaces: second === 1 } : undefined;
    case messageNumbers.shutdown:
      return count === 2 ? { type: 'shutdown' } : undefined;
    case messageNumbers.retire:
      return count === 2 ? { type: 'retire' } : undefined;
    default:
      return undefined;
  }
}

/** Begins the frame of a header with so many elements, of which the first is the message's number. */
function begin(output: Output, elements: number, number: number): number {
  const start = beginFrame(output, longestHeader);
  putList(output, elements);
  put(output, number);
  return start;
}

function two(output: Output, number: number, first: number): void {
  const start = begin(output, 2, number);
  put(output, first);
  finishFrame(output, start);
}

function three(output: Output, number: number, first: number, second: number): void {
  const start = begin(output, 3, number);
  put(output, first);
  put(output, second);
  finishFrame(output, start);
}

function writeWithdrawn(
  { op, guard, attempts }: Extract<FromSupervisor, { type: 'withdrawn' }>,
  output: Output,
): void {
  const start = begin(output, 4, messageNumbers.withdrawn);
  put(output, op);
  put(output, guard);
  put(output, attempts);
  finishFrame(output, start);
}

type Offer = Extract<FromProcess, { type: 'offer' }>;

function writeOffer({ op, guards, isPoll, isPriority }: Offer, output: Output): void {
  const values: Uint8Array[] = [];
  const start = begin(output, 4, messageNumbers.offer);
  put(output, op);
  put(output, (isPoll ? pollFlag : 0) | (isPriority ? priorityFlag : 0));
  putList(output, guards.length);
  for (const { end, value } of guards) {
    putList(output, value === undefined ? 1 : 2);
    put(output, end);
    if (value === undefined) continue;
    put(output, value.length);
    values.push(value);
  }
  finishFrame(output, start, values);
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
