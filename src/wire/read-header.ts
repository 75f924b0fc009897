/**
 * Headers to messages. Elements beyond the known ones are ignored, so that a later minor version can add some.
 */
import { Packr } from 'msgpackr/pack';
import type { Statistics } from '../arbiter/channel-state.ts';
import type { Failure, Side, Terms } from '../arbiter/events.ts';
import { canonicalText, isMap } from '../contracts/canonical.ts';
import { cut } from '../cut.ts';
import { ProtocolError } from '../errors.ts';
import { plainMsgpack } from '../value/plain-msgpack.ts';
import { longestText } from './longest.ts';
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
import {
  messageNumbers,
  pollFlag,
  priorityFlag,
  receivingSide,
  sendingSide,
} from './message-numbers.ts';
import { ListReader, type MapReader } from './reader.ts';

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
      return {
        type: 'abandoned',
        op: reader.integer('op'),
        why: cut(reader.string('why'), longestText),
      };
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
    case messageNumbers.met:
      return { type: 'met', link: reader.integer('link') };
    case messageNumbers.parted:
      return { type: 'parted', link: reader.integer('link') };
    case messageNumbers.expects:
      return {
        type: 'expects',
        end: reader.integer('end'),
        contract: contractIn(reader.string('contract')),
      };
    case messageNumbers.flow:
      return {
        type: 'flow',
        link: reader.integer('link'),
        taken: reader.integer('taken'),
        waitingSenders: reader.integer('waiting senders'),
        waitingReceivers: reader.integer('waiting receivers'),
      };
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
    case messageNumbers.contract:
      return {
        type: 'contract',
        end: reader.integer('end'),
        contract: reader.string('contract'),
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
    case messageNumbers.meet:
      return {
        type: 'meet',
        link: reader.integer('link'),
        end: reader.integer('end'),
        readPath: reader.string('read path'),
        writePath: reader.string('write path'),
      };
    case messageNumbers.part:
      return { type: 'part', link: reader.integer('link') };
    case messageNumbers.resume:
      return { type: 'resume', link: reader.integer('link') };
    default:
      throw reader.problem(`a supervisor has no message number ${number}`);
  }
}

const packr = new Packr(plainMsgpack);
const nothing = new Uint8Array();

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
    ...(map.has('contract') && { contract: contractIn(map.string('contract')) }),
  };
}

/** In the one form that is passed on. */
function contractIn(text: string): string {
  try {
    const schema: unknown = JSON.parse(text);
    if (isMap(schema)) return canonicalText(schema);
  } catch {
    // It is no JSON.
  }
  throw new ProtocolError(
    `a contract must be a JSON Schema, an object, and is "${text.slice(0, 60)}"`,
  );
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
    isDirect: map.has('direct') && map.integer('direct') === 1,
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
    ...(map.has('contract') && { contract: map.string('contract') }),
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
