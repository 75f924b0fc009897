import type { Writable } from 'node:stream';
import type { Failure } from '../../src/arbiter/events.ts';
import type { SupervisorEvent } from '../events/event.ts';
import type { Log, LogLine } from './log.ts';

/**
 * One JSON object on a line for each event: `type`, `at` (ISO 8601, UTC), `stage`, `replica` and `processId`
 * where it is about a process, what else the event has, and `message`, the same in words. A failure has `code`
 * and `message`, and `exitCode` or `signal`; what its process printed are lines of their own. Values are never
 * in it.
 */
export function jsonLog(stream: Writable): Log {
  return (line) => stream.write(`${jsonOf(line)}\n`);
}

function jsonOf({ event, line }: LogLine): string {
  const { type, at, ...rest } = event;
  const words = type === 'printed' ? {} : { message: line };
  const fields = { type, at: new Date(at).toISOString(), ...withoutStderr(rest), ...words };
  return JSON.stringify(fields, rounded);
}

/** Times are measured more finely than anybody reads them. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

type Fields = Omit<SupervisorEvent, 'type' | 'at'> & {
  readonly failure?: Failure | undefined;
  readonly failures?: readonly Failure[];
};

function withoutStderr({ failure, failures, ...rest }: Fields): object {
  return {
    ...rest,
    ...(failure !== undefined && { failure: short(failure) }),
    ...(failures !== undefined && { failures: failures.map(short) }),
  };
}

function short({ stderr: _, ...failure }: Failure): Failure {
  return failure;
}
