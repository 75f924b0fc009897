/**
 * Messages to headers and back: a msgpack array that begins with the message's number. Elements beyond the
 * known ones are ignored, so that a later minor version can add some.
 */
import { Packr } from 'msgpackr/pack';
import type { Statistics } from '../arbiter/channel-state.ts';
import type { Failure, Side, Terms } from '../arbiter/events.ts';
import { mostFailures } from '../arbiter/failures.ts';
import { ProtocolError } from '../errors.ts';
import { plainMsgpack } from '../value/plain-msgpack.ts';
import { isBriefOffer, writeBrief } from './brief.ts';
import { writeFrame } from './frame.ts';
import type {
  FromProcess,
  FromSupervisor,
  NamedEnd,
  PassedEnd,
  Settings,
  Version,
  WireGuard,
  WireReason,
} from './message.ts';
import { messageNumbers, pollFlag, priorityFlag } from './message-numbers.ts';
import type { Output } from './output.ts';
import { ListReader, type MapReader } from './reader.ts';

const nothing = new Uint8Array();

/** How the wire says the side of an end. */
const sendingSide = 0;
const receivingSide = 1;

const packr = new Packr(plainMsgpack);

export function writeFromProcess(message: FromProcess, output: Output): void {
  switch (message.type) {
    case 'hello': {
      const { version, language, features, token } = message;
      const { major, minor } = version;
      const header = [messageNumbers.hello, [major, minor], language, features, token];
      writeFrame(output, pack(header));
      break;
    }
    case 'refused':
      writeFrame(output, pack([messageNumbers.refused, integer(message.op), cut(message.why)]));
      break;
    case 'abandoned':
      writeFrame(output, pack([messageNumbers.abandoned, integer(message.op), cut(message.why)]));
      break;
    case 'offer':
      if (isBriefOffer(message)) writeBrief(message, output);
      else writeLongOffer(message, output);
      break;
    case 'open': {
      const { sender, receiver, channel, terms, deadLetters } = message;
      const { capacity, overflow, maxAttempts } = terms;
      const header = [
        messageNumbers.open,
        integer(sender),
        integer(receiver),
        cut(channel, longestName),
        {
          capacity: integer(capacity),
          overflow,
          maxAttempts: integer(maxAttempts),
          ...(deadLetters !== undefined && { deadLetters: integer(deadLetters) }),
        },
      ];
      writeFrame(output, pack(header));
      break;
    }
    case 'idle': {
      const { probe, isIdle, places } = message;
      const list = places.map(({ op, place }) => [integer(op), cut(place, longestName)]);
      writeFrame(output, pack([messageNumbers.idle, integer(probe), isIdle ? 1 : 0, list]));
      break;
    }
    default:
      writeBrief(message, output);
  }
}

export function writeFromSupervisor(message: FromSupervisor, output: Output): void {
  switch (message.type) {
    case 'welcome':
      writeFrame(output, welcomeHeader(message));
      break;
    case 'refusal':
      writeFrame(output, pack([messageNumbers.refusal, cut(message.why)]));
      break;
    case 'failed': {
      const { op, guard, attempts, reason } = message;
      const detail = detailOf(reason);
      const header = [messageNumbers.failed, integer(op), guard, attempts, reason.kind, detail];
      writeFrame(output, pack(header));
      break;
    }
    case 'inspected': {
      const { query, statistics } = message;
      writeFrame(output, pack([messageNumbers.inspected, integer(query), counts(statistics)]));
      break;
    }
    case 'deliver':
      if (message.ends === undefined) writeBrief(message, output);
      else writeDeliverWithEnds(message, message.ends, output);
      break;
    default:
      writeBrief(message, output);
  }
}

/** The longest header that there is: it names every end. */
export function welcomeHeader({
  version: { major, minor },
  settings,
  ends,
}: Extract<FromSupervisor, { type: 'welcome' }>): Uint8Array {
  return pack([messageNumbers.welcome, [major, minor], settings, ends]);
}

/**
 * @param value undefined where it was too large and was skipped: the message has empty values then
 * @throws ProtocolError when the header is no message of a process
 */
export function decodeFromProcess(header: Uint8Array, value: Uint8Array | undefined): FromProcess {
  const reader = open(header);
  const number = reader.integer('message number');
  switch (number) {
    case messageNumbers.hello:
      return {
        type: 'hello',
        version: versionOf(reader),
        language: reader.string('language'),
        features: reader.list('features').each((features) => features.string('feature')),
        token: reader.string('token'),
      };
    case messageNumbers.offer:
      return offerOf(reader, value);
    case messageNumbers.withdraw:
      return {
        type: 'withdraw',
        op: reader.integer('op'),
        kind: reader.integer('kind') === 0 ? 'tentative' : 'final',
      };
    case messageNumbers.taken:
      return { type: 'taken', op: reader.integer('op') };
    case messageNumbers.returned:
      return { type: 'returned', op: reader.integer('op') };
    case messageNumbers.refused:
      return { type: 'refused', op: reader.integer('op'), why: reader.string('why') };
    case messageNumbers.abandoned:
      return { type: 'abandoned', op: reader.integer('op'), why: cut(reader.string('why')) };
    case messageNumbers.close:
      return { type: 'close', end: reader.integer('end') };
    case messageNumbers.inspect:
      return { type: 'inspect', query: reader.integer('query'), end: reader.integer('end') };
    case messageNumbers.open:
      return openingOf(reader);
    case messageNumbers.idle:
      return {
        type: 'idle',
        probe: reader.integer('probe'),
        isIdle: reader.integer('whether it is idle') === 1,
        places: reader.list('places').each((places) => {
          const place = places.list('place');
          return { op: place.integer('op'), place: place.string('place') };
        }),
      };
    case messageNumbers.exiting:
      return { type: 'exiting', exitCode: reader.integer('exit code') };
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
    case messageNumbers.welcome:
      return {
        type: 'welcome',
        version: versionOf(reader),
        settings: settingsOf(reader.map('settings')),
        ends: reader.list('ends').each((ends) => namedEndOf(ends.map('end'))),
      };
    case messageNumbers.refusal:
      return { type: 'refusal', why: reader.string('why') };
    case messageNumbers.deliver:
      return {
        type: 'deliver',
        op: reader.integer('op'),
        guard: reader.integer('guard'),
        attempt: reader.integer('attempt'),
        ...(reader.hasMore && {
          ends: reader.list('ends').each((ends) => passedEndOf(ends.list('end'))),
        }),
        value: value ?? nothing,
      };
    case messageNumbers.completed:
      return { type: 'completed', op: reader.integer('op'), guard: reader.integer('guard') };
    case messageNumbers.late:
      return { type: 'late', op: reader.integer('op') };
    case messageNumbers.withdrawn:
      return {
        type: 'withdrawn',
        op: reader.integer('op'),
        guard: reader.integer('guard'),
        attempts: reader.integer('attempts'),
      };
    case messageNumbers.failed:
      return {
        type: 'failed',
        op: reader.integer('op'),
        guard: reader.integer('guard'),
        attempts: reader.integer('attempts'),
        reason: reasonOf(reader),
      };
    case messageNumbers.inspected:
      return {
        type: 'inspected',
        query: reader.integer('query'),
        statistics: statisticsOf(reader.map('statistics')),
      };
    case messageNumbers.shutdown:
      return { type: 'shutdown' };
    case messageNumbers.retire:
      return { type: 'retire' };
    case messageNumbers.probe:
      return {
        type: 'probe',
        probe: reader.integer('probe'),
        wantsPlaces: reader.integer('whether places are wanted') === 1,
      };
    default:
      throw reader.problem(`a supervisor has no message number ${number}`);
  }
}

function pack(header: readonly unknown[]): Uint8Array {
  return packr.pack(header);
}

function writeLongOffer(
  { op, isPoll, isPriority, guards }: Extract<FromProcess, { type: 'offer' }>,
  output: Output,
): void {
  const flags = (isPoll ? pollFlag : 0) | (isPriority ? priorityFlag : 0);
  const list = guards.map(({ end, value, ends }) => {
    if (value === undefined) return [end];
    return ends === undefined ? [end, value.length] : [end, value.length, ends.map(integer)];
  });
  const header = pack([messageNumbers.offer, integer(op), flags, list]);
  writeFrame(
    output,
    header,
    guards.flatMap(({ value }) => value ?? []),
  );
}

function writeDeliverWithEnds(
  { op, guard, attempt, value }: Extract<FromSupervisor, { type: 'deliver' }>,
  ends: readonly PassedEnd[],
  output: Output,
): void {
  const list = ends.map(({ end, side, channel }) => [
    end,
    side === 'send' ? sendingSide : receivingSide,
    cut(channel, longestName),
  ]);
  const header = pack([messageNumbers.deliver, integer(op), guard, attempt, list]);
  writeFrame(output, header, [value]);
}

/** msgpackr writes numbers of 2^32 and above as floats, which other languages do not read as integers. */
function integer(value: number): number | bigint {
  return value > 0xffff_ffff ? BigInt(value) : value;
}

/** The counters of a channel grow as long as it lives. */
function counts(statistics: Statistics): Readonly<Record<string, number | bigint>> {
  return Object.fromEntries(
    Object.entries(statistics).map(([name, count]) => [name, integer(count)]),
  );
}

/** In characters, of at most 3 bytes: with all that is cut, a header stays below its 64 KiB. */
const longestText = 4_000;
const longestName = 200;

/** Others wrote it, and may have written a lot: it must not make the header too long for its frame. */
function cut(text: string, longest = longestText): string {
  return text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}…`;
}

/**
 * @param longestMessage in characters
 * @param longestOutput the same, of all lines that it printed
 */
function shortened(
  failure: Failure,
  longestMessage = longestText,
  longestOutput = 2 * longestText,
): Failure {
  return {
    ...failure,
    code: cut(failure.code, longestName),
    message: cut(failure.message, longestMessage),
    ...(failure.stage !== undefined && { stage: cut(failure.stage, longestName) }),
    ...(failure.signal !== undefined && { signal: cut(failure.signal, longestName) }),
    ...(failure.stderr !== undefined && { stderr: lastLines(failure.stderr, longestOutput) }),
  };
}

/** As many of the last lines as are not too long together; the last says most. */
function lastLines(lines: readonly string[], longest: number): readonly string[] {
  const last: string[] = [];
  let left = longest;
  for (const line of lines.toReversed()) {
    const short = cut(line, longest / 2);
    left -= short.length + 1;
    if (left < 0) break;
    last.unshift(short);
  }
  return last;
}

function open(header: Uint8Array): ListReader {
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
    return {
      end,
      value: value?.subarray(at - length, at) ?? nothing,
      ...(guard.hasMore && { ends: guard.list('ends').each((ends) => ends.integer('end')) }),
    };
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

/** Together they are no longer than one. */
function inBrief(failures: readonly Failure[]): readonly Failure[] {
  const some = failures.slice(0, mostFailures);
  const longest = Math.floor((longestText * 3) / 4 / some.length);
  return some.map((failure) => shortened(failure, longest, 2 * longest));
}

function detailOf(reason: WireReason): unknown {
  switch (reason.kind) {
    case 'broken':
      return shortened(reason.failure);
    case 'lost':
      return inBrief(reason.failures);
    case 'refused':
      return cut(reason.why);
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
      return { kind };
    case 'lost':
      return {
        kind,
        failures: reader.list('failures').each((list) => failureOf(list.map('failure'))),
      };
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
    ...(map.has('restart') && { restart: restartOf(map) }),
  };
}

function restartOf(map: MapReader): 'on-failure' | 'always' {
  const restart = map.string('restart');
  if (restart === 'on-failure' || restart === 'always') return restart;
  throw map.problem(`a stage is not restarted "${restart}"`);
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

/** `[end, side, channel]` */
function passedEndOf(list: ListReader): PassedEnd {
  const end = list.integer('end');
  return { end, side: sideOf(list), channel: list.string('channel') };
}

function sideOf(list: ListReader): Side {
  const side = list.integer('side');
  if (side !== sendingSide && side !== receivingSide) {
    throw list.problem(`an end has no side ${side}`);
  }
  return side === sendingSide ? 'send' : 'receive';
}

function openingOf(reader: ListReader): FromProcess {
  const sender = reader.integer('sender');
  const receiver = reader.integer('receiver');
  const channel = reader.string('channel');
  const terms = reader.map('terms');
  return {
    type: 'open',
    sender,
    receiver,
    channel,
    terms: termsOf(terms),
    ...(terms.has('deadLetters') && { deadLetters: terms.integer('deadLetters') }),
  };
}

function termsOf(map: MapReader): Terms {
  const overflow = map.string('overflow');
  if (overflow !== 'block' && overflow !== 'drop-newest' && overflow !== 'drop-oldest') {
    throw map.problem(`a channel has no overflow "${overflow}"`);
  }
  return {
    capacity: map.integer('capacity'),
    overflow,
    maxAttempts: map.integer('maxAttempts'),
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
    deadLetters: map.integer('deadLetters'),
  };
}
