/** What is known of a process that is dead, and what it makes of its stage. */
import type { Failure } from '../../src/arbiter/events.ts';
import {
  type HeldValue,
  LimitError,
  type ProtocolError,
  StageFailedError,
} from '../../src/errors.ts';
import type { GivenValue } from '../reports/given-value.ts';
import { ownAccountOf } from './own-account.ts';
import { messageOf } from './words.ts';

/** All that is known when a process is dead. */
export interface Death {
  readonly stage: string;
  readonly replica: number;
  readonly processId: number | undefined;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Whether it ever said hello. */
  readonly wasReady: boolean;
  /** Whether it ever did anything with its ends. */
  readonly hasWorked: boolean;
  /** Whether it has got further than the value that it may have died of. */
  readonly hasProgressed: boolean;
  /** How it should have said hello. */
  readonly greeting: string;
  /** What the supervisor had against it, when the supervisor killed it. */
  readonly charge: Error | undefined;
  /** Its last message did not leave in full. */
  readonly cutOff: ProtocolError | undefined;
  /** Whether the supervisor has sent it a signal, for whatever reason. */
  readonly wasSignalled: boolean;
  /** What it was allowed at most, as far as the system or the process itself sees to it. */
  readonly allowed: Allowed;
  /** How many processes the system has killed meanwhile because there was no memory left. */
  readonly outOfMemoryKills: number;
  readonly stderr: readonly string[];
  readonly held: readonly HeldValue[];
  /** The values that it had been given and had not taken. */
  readonly inHand: readonly GivenValue[];
  /** Those that it took last, when somebody is to know them. */
  readonly takenLast: readonly GivenValue[];
  readonly milliseconds: number;
}

export interface Allowed {
  readonly heapBytes?: number | undefined;
  /** In milliseconds. */
  readonly cpuTime?: number | undefined;
}

/** `undefined` when it ended well: exit code 0, after it had been a stage, and not amid a message. */
export function failureOf(death: Death): StageFailedError | undefined {
  const cause = death.charge ?? death.cutOff ?? breachOf(death);
  if (cause === undefined && death.exitCode === 0 && death.wasReady) return undefined;
  const failure: Failure = {
    code: 'STAGE_FAILED',
    message: messageOf(death),
    stage: death.stage,
    ...(death.exitCode !== undefined && { exitCode: death.exitCode }),
    ...(death.signal !== undefined && { signal: death.signal }),
    stderr: death.stderr,
  };
  return new StageFailedError(failure, death.held, [], cause && { cause });
}

/** The same, as plain data that channels carry to whoever meets their end. */
export function plainFailure(error: StageFailedError): Failure {
  return {
    code: error.code,
    message: error.message,
    stage: error.stage,
    ...(error.exitCode !== undefined && { exitCode: error.exitCode }),
    ...(error.signal !== undefined && { signal: error.signal }),
    stderr: error.stderr,
  };
}

/** Of a process that was told to end, and did not end well. */
export function stoppedFailure(
  stage: string,
  message = `stage "${stage}" was told to end`,
): Failure {
  return { code: 'STAGE_STOPPED', message, stage };
}

/** A limit that the system or the process itself saw to, when the process died of it. */
function breachOf(death: Death): LimitError | undefined {
  const { heapBytes, cpuTime } = death.allowed;
  switch (ownAccountOf(death)) {
    case 'heap-full':
      return heapBytes === undefined ? undefined : new LimitError('heapBytes', heapBytes);
    case 'cpu-time':
      return cpuTime === undefined ? undefined : new LimitError('cpuTime', cpuTime);
    default:
      return undefined;
  }
}
