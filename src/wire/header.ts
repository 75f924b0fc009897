/**
 * Messages to headers and back: a msgpack array that begins with the message's number. Elements beyond the
 * known ones are ignored, so that a later minor version can add some.
 */
import { Packr } from 'msgpackr';
import type { Statistics } from '../arbiter/channel-state.ts';
import type { Failure } from '../arbiter/events.ts';
import { ProtocolError } from '../errors.ts';
import { plainMsgpack } from '../value/plain-msgpack.ts';
import { decodeIntegers, encodeIntegers, type Integers } from './integers.ts';
import type {
  FromProcess,
  FromSupervisor,
  NamedEnd,
  Settings,
  Version,
  WireGuard,
  WireReason,
} from './message.ts';
import { ListReader, type MapReader } from './reader.ts';

/** The numbers of docs/protocol.md, clause 3.1. Those of a process are below 64. */
export const numbers = {
  hello: 1,
  offer: 2,
  withdraw: 3,
  taken: 4,
  returned: 5,
  refused: 6,
  close: 7,
  inspect: 8,
  welcome: 64,
  refusal: 65,
  deliver: 66,
  completed: 67,
  late: 68,
  withdrawn: 69,
  failed: 70,
  inspected: 71,
  shutdown: 72,
} as const satisfies Record<FromProcess['type'] | FromSupervisor['type'], number>;

const nothing = new Uint8Array();
const nothings: readonly Uint8Array[] = [];
const pollFlag = 1;
const priorityFlag = 2;

const packr = new Packr(plainMsgpack);

/** A header (valid until the next is encoded), and the bytes of the values that follow it. */
export interface Encoded {
  readonly header: Uint8Array;
  readonly values: readonly Uint8Array[];
}

export function encodeFromProcess(message: FromProcess): Encoded {
  const number = numbers[message.type];
  switch (message.type) {
    case 'hello': {
      const { version, language, features, token } = message;
      return bare([number, [version.major, version.minor], language, features, token]);
    }
    case 'offer': {
      const flags = (message.isPoll ? pollFlag : 0) | (message.isPriority ? priorityFlag : 0);
      const values: Uint8Array[] = [];
      const guards = message.guards.map(({ end, value }) => {
        if (value === undefined) return [end];
        values.push(value);
        return [end, value.length];
      });
      return { header: packIntegers([number, message.op, flags, guards]), values };
    }
    case 'withdraw':
      return counted([number, message.op, message.kind === 'final' ? 1 : 0]);
    case 'taken':
    case 'returned':
      return counted([number, message.op]);
    case 'refused':
      return bare([number, integer(message.op), message.why]);
    case 'close':
      return counted([number, message.end]);
    case 'inspect':
      return counted([number, message.query, message.end]);
  }
}

export function encodeFromSupervisor(message: FromSupervisor): Encoded {
  const number = numbers[message.type];
  switch (message.type) {
    case 'welcome': {
      const { version, settings, ends } = message;
      return bare([number, [version.major, version.minor], settings, ends]);
    }
    case 'refusal':
      return bare([number, message.why]);
    case 'deliver': {
      const { op, guard, attempt, value } = message;
      return { header: packIntegers([number, op, guard, attempt]), values: [value] };
    }
    case 'completed':
      return counted([number, message.op, message.guard]);
    case 'late':
      return counted([number, message.op]);
    case 'withdrawn':
      return counted([number, message.op, message.attempts]);
    case 'failed': {
      const { op, guard, attempts, reason } = message;
      return bare([number, integer(op), guard, attempts, reason.kind, detailOf(reason)]);
    }
    case 'inspected':
      return bare([number, integer(message.query), message.statistics]);
    case 'shutdown':
      return bare([number]);
  }
}

/**
 * @param value undefined where it was too large and was skipped: the message has empty values then
 * @throws ProtocolError when the header is no message of a process
 */
export function decodeFromProcess(header: Uint8Array, value: Uint8Array | undefined): FromProcess {
  const reader = open(header);
  const number = reader.integer('message number');
  switch (number) {
    case numbers.hello:
      return {
        type: 'hello',
        version: versionOf(reader),
        language: reader.string('language'),
        features: reader.list('features').each((features) => features.string('feature')),
        token: reader.string('token'),
      };
    case numbers.offer:
      return offerOf(reader, value);
    case numbers.withdraw:
      return {
        type: 'withdraw',
        op: reader.integer('op'),
        kind: reader.integer('kind') === 0 ? 'tentative' : 'final',
      };
    case numbers.taken:
      return { type: 'taken', op: reader.integer('op') };
    case numbers.returned:
      return { type: 'returned', op: reader.integer('op') };
    case numbers.refused:
      return { type: 'refused', op: reader.integer('op'), why: reader.string('why') };
    case numbers.close:
      return { type: 'close', end: reader.integer('end') };
    case numbers.inspect:
      return { type: 'inspect', query: reader.integer('query'), end: reader.integer('end') };
    default:
      throw reader.problem(`a process has no message number ${number}`);
  }
}

/** @throws ProtocolError when the header is no message of a supervisor */
export function decodeFromSupervisor(
  header: Uint8Array,
  value: Uint8Array | undefined,
): FromSupervisor {
  const reader = open(header);
  const number = reader.integer('message number');
  switch (number) {
    case numbers.welcome:
      return {
        type: 'welcome',
        version: versionOf(reader),
        settings: settingsOf(reader.map('settings')),
        ends: reader.list('ends').each((ends) => namedEndOf(ends.map('end'))),
      };
    case numbers.refusal:
      return { type: 'refusal', why: reader.string('why') };
    case numbers.deliver:
      return {
        type: 'deliver',
        op: reader.integer('op'),
        guard: reader.integer('guard'),
        attempt: reader.integer('attempt'),
        value: value ?? nothing,
      };
    case numbers.completed:
      return { type: 'completed', op: reader.integer('op'), guard: reader.integer('guard') };
    case numbers.late:
      return { type: 'late', op: reader.integer('op') };
    case numbers.withdrawn:
      return { type: 'withdrawn', op: reader.integer('op'), attempts: reader.integer('attempts') };
    case numbers.failed:
      return {
        type: 'failed',
        op: reader.integer('op'),
        guard: reader.integer('guard'),
        attempts: reader.integer('attempts'),
        reason: reasonOf(reader),
      };
    case numbers.inspected:
      return {
        type: 'inspected',
        query: reader.integer('query'),
        statistics: statisticsOf(reader.map('statistics')),
      };
    case numbers.shutdown:
      return { type: 'shutdown' };
    default:
      throw reader.problem(`a supervisor has no message number ${number}`);
  }
}

function bare(header: readonly unknown[]): Encoded {
  return { header: pack(header), values: nothings };
}

function pack(header: readonly unknown[]): Uint8Array {
  return packr.pack(header);
}

/** For headers of numbers alone, which are most. */
function packIntegers(header: Integers): Uint8Array {
  return encodeIntegers(header) ?? pack(exact(header));
}

function counted(header: Integers): Encoded {
  return { header: packIntegers(header), values: nothings };
}

/** msgpackr writes numbers of 2^32 and above as floats, which other languages do not read as integers. */
function integer(value: number): number | bigint {
  return value > 0xffff_ffff ? BigInt(value) : value;
}

function exact(header: Integers): unknown[] {
  return header.map((element) => (typeof element === 'number' ? integer(element) : exact(element)));
}

function open(header: Uint8Array): ListReader {
  const integers = decodeIntegers(header);
  if (integers !== undefined) return new ListReader(integers, header);
  let decoded: unknown;
  try {
    decoded = packr.unpack(header);
  } catch (cause) {
    throw Object.assign(new ProtocolError('a header is not msgpack', header.slice()), { cause });
  }
  if (!Array.isArray(decoded)) {
    throw new ProtocolError('a header is not a msgpack array', header.slice());
  }
  return new ListReader(decoded, header);
}

function versionOf(reader: ListReader): Version {
  const version = reader.list('version');
  return { major: version.integer('major version'), minor: version.integer('minor version') };
}

function offerOf(reader: ListReader, value: Uint8Array | undefined): FromProcess {
  const op = reader.integer('op');
  const flags = reader.integer('flags');
  let at = 0;
  const guards = reader.list('guards').each((list): WireGuard => {
    const guard = list.list('guard');
    const end = guard.integer('end');
    if (!guard.hasMore) return { end };
    const length = guard.integer('value length');
    at += length;
    return { end, value: value?.subarray(at - length, at) ?? nothing };
  });
  if (value !== undefined && at !== value.length) {
    throw reader.problem(`the values of an offer have ${at} bytes, its frame ${value.length}`);
  }
  return {
    type: 'offer',
    op,
    isPoll: (flags & pollFlag) !== 0,
    isPriority: (flags & priorityFlag) !== 0,
    guards,
  };
}

function detailOf(reason: WireReason): unknown {
  switch (reason.kind) {
    case 'broken':
      return reason.failure;
    case 'refused':
      return reason.why;
    case 'too-large':
      return reason.size;
    default:
      return null;
  }
}

function reasonOf(reader: ListReader): WireReason {
  const kind = reader.string('reason');
  switch (kind) {
    case 'ended':
    case 'lost':
      return { kind };
    case 'broken':
      return { kind, failure: failureOf(reader.map('failure')) };
    case 'refused':
      return { kind, why: reader.string('why') };
    case 'too-large':
      return { kind, size: reader.integer('size') };
    default:
      throw reader.problem(`no operation fails for the reason "${kind}"`);
  }
}

function failureOf(map: MapReader): Failure {
  return {
    code: map.string('code'),
    message: map.string('message'),
    ...(map.has('stage') && { stage: map.string('stage') }),
    ...(map.has('exitCode') && { exitCode: map.integer('exitCode') }),
    ...(map.has('signal') && { signal: map.string('signal') }),
    ...(map.has('stderr') && { stderr: map.list('stderr').each((lines) => lines.string('line')) }),
  };
}

function settingsOf(map: MapReader): Settings {
  const window = map.map('window');
  return {
    stage: map.string('stage'),
    replica: map.integer('replica'),
    maxValueBytes: map.integer('maxValueBytes'),
    window: { operations: window.integer('operations'), bytes: window.integer('bytes') },
  };
}

function namedEndOf(map: MapReader): NamedEnd {
  const side = map.string('side');
  if (side !== 'send' && side !== 'receive') throw map.problem(`an end has no side "${side}"`);
  return {
    name: map.string('name'),
    end: map.integer('end'),
    side,
    channel: map.string('channel'),
  };
}

function statisticsOf(map: MapReader): Statistics {
  return {
    capacity: map.integer('capacity'),
    senders: map.integer('senders'),
    receivers: map.integer('receivers'),
    waitingSenders: map.integer('waitingSenders'),
    waitingReceivers: map.integer('waitingReceivers'),
    buffered: map.integer('buffered'),
    inHand: map.integer('inHand'),
    taken: map.integer('taken'),
    discarded: map.integer('discarded'),
  };
}
