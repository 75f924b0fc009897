/** Values in a report: as bytes, and for people. */
import { msgpackCodec } from '../../src/value/codec.ts';
import type { GivenValue } from './given-value.ts';
import type { ReportedContent, ReportedValue } from './report.ts';

/** In bytes, of one value, and of all values in one report. */
const largestValue = 2 ** 20;
const largestReport = 4 * 2 ** 20;
/** In characters: a failure can say anything. */
const longestMessage = 2_000;

/** @param mayWrite whether values may be written down at all */
export function reportedValues(
  values: readonly GivenValue[],
  mayWrite: boolean,
): readonly ReportedValue[] {
  let room = largestReport;
  return values.map(({ end, channel, attempt, failures, bytes, carried }) => {
    const reason = mayWrite ? unfit(bytes.length, carried, room) : 'values are left out';
    if (reason === undefined) room -= bytes.length;
    return {
      end: end ?? null,
      channel,
      attempt,
      failures: failures.map(({ code, message }) => ({ code, message: shortened(message) })),
      bytes: bytes.length,
      content: reason === undefined ? contentOf(bytes) : { omitted: reason },
    };
  });
}

/** @throws Undecodable */
export function valueIn({ msgpack }: Extract<ReportedContent, { msgpack: string }>): unknown {
  return msgpackCodec.decode(new Uint8Array(Buffer.from(msgpack, 'base64')), []);
}

export function shortened(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
}

function unfit(size: number, carried: number, room: number): string | undefined {
  if (carried > 0) return 'it carries ends of channels, which cannot be written down';
  if (size > largestValue)
    return `it has more than the ${largestValue} bytes that are written down`;
  if (size > room) return 'the values before it have used up the room for values';
  return undefined;
}

function contentOf(bytes: Uint8Array): ReportedContent {
  return { msgpack: Buffer.from(bytes).toString('base64'), value: readable(bytes) };
}

/** A process may have sent anything. */
function readable(bytes: Uint8Array): unknown {
  try {
    return forPeople(msgpackCodec.decode(bytes, []));
  } catch (error) {
    return `(cannot be read: ${error instanceof Error ? error.message : error})`;
  }
}

function forPeople(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      return objectForPeople(value);
    default:
      return value;
  }
}

function objectForPeople(value: object | null): unknown {
  if (value === null || value instanceof Date) return value;
  if (value instanceof Uint8Array) return `(bytes) ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(forPeople);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, forPeople(entry)]));
}
