/**
 * Messages to headers: a msgpack array that begins with the message's number. What is brief is left to `brief.ts`.
 */
import { Packr } from 'msgpackr/pack';
import type { Statistics } from '../arbiter/channel-state.ts';
import { cut } from '../cut.ts';
import { plainMsgpack } from '../value/plain-msgpack.ts';
import { isBriefOffer, writeBrief } from './brief.ts';
import { writeFrame } from './frame.ts';
import { longestName, longestText } from './longest.ts';
import type { FromProcess, FromSupervisor, PassedEnd, WireReason } from './message.ts';
import {
  messageNumbers,
  pollFlag,
  priorityFlag,
  receivingSide,
  sendingSide,
} from './message-numbers.ts';
import type { Output } from './output.ts';
import { shortFailure, shortFailures } from './short-failure.ts';

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
      writeFrame(
        output,
        pack([messageNumbers.refused, integer(message.op), cut(message.why, longestText)]),
      );
      break;
    case 'abandoned':
      writeFrame(
        output,
        pack([messageNumbers.abandoned, integer(message.op), cut(message.why, longestText)]),
      );
      break;
    case 'offer':
      if (isBriefOffer(message)) writeBrief(message, output);
      else writeLongOffer(message, output);
      break;
    case 'open': {
      const { sender, receiver, channel, terms, deadLetters } = message;
      const { capacity, overflow, maxAttempts, contract } = terms;
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
          ...(contract !== undefined && { contract }),
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
    case 'expects':
      writeFrame(output, pack([messageNumbers.expects, integer(message.end), message.contract]));
      break;
    case 'met':
    case 'parted':
      writeFrame(output, pack([messageNumbers[message.type], integer(message.link)]));
      break;
    case 'flow': {
      const { link, taken, waitingSenders, waitingReceivers } = message;
      const fields = [link, taken, waitingSenders, waitingReceivers].map(integer);
      writeFrame(output, pack([messageNumbers.flow, ...fields]));
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
      writeFrame(output, pack([messageNumbers.refusal, cut(message.why, longestText)]));
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
    case 'meet': {
      const { link, end, readPath, writePath } = message;
      const header = [messageNumbers.meet, integer(link), integer(end), readPath, writePath];
      writeFrame(output, pack(header));
      break;
    }
    case 'contract':
      writeFrame(output, pack([messageNumbers.contract, integer(message.end), message.contract]));
      break;
    case 'part':
    case 'resume':
      writeFrame(output, pack([messageNumbers[message.type], integer(message.link)]));
      break;
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
  const named = ends.map(({ contract, ...end }) =>
    contract === undefined ? end : { ...end, contract },
  );
  return pack([messageNumbers.welcome, [major, minor], settings, named]);
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

function detailOf(reason: WireReason): unknown {
  switch (reason.kind) {
    case 'broken':
      return shortFailure(reason.failure);
    case 'lost':
      return shortFailures(reason.failures);
    case 'refused':
      return cut(reason.why, longestText);
    case 'too-large':
      return reason.size;
    default:
      return null;
  }
}

/** The counters of a channel grow as long as it lives. */
function counts({ isDirect, ...numbers }: Statistics): Readonly<Record<string, number | bigint>> {
  return Object.fromEntries(
    Object.entries({ ...numbers, direct: isDirect ? 1 : 0 }).map(([name, count]) => [
      name,
      integer(count),
    ]),
  );
}

/** msgpackr writes numbers of 2^32 and above as floats, which other languages do not read as integers. */
function integer(value: number): number | bigint {
  return value > 0xffff_ffff ? BigInt(value) : value;
}

function pack(header: readonly unknown[]): Uint8Array {
  return packr.pack(header);
}
