/** What is said of a process that did not end well. */
import type { Failure } from '../src/arbiter/events.ts';
import { type HeldValue, ProtocolError, StageFailedError } from '../src/errors.ts';

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
  /** How it should have done so. */
  readonly greeting: string;
  /** What the supervisor had against it, when the supervisor killed it. */
  readonly charge: Error | undefined;
  /** Its last message did not leave in full. */
  readonly cutOff: ProtocolError | undefined;
  readonly stderr: readonly string[];
  readonly held: readonly HeldValue[];
  readonly milliseconds: number;
}

/** `undefined` when it ended well: exit code 0, after it had been a stage, and not amid a message. */
export function failureOf(death: Death): StageFailedError | undefined {
  const cause = death.charge ?? death.cutOff;
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

function messageOf(death: Death): string {
  const name =
    death.replica === 0 ? `"${death.stage}"` : `"${death.stage}" (replica ${death.replica + 1})`;
  const after = `after ${(death.milliseconds / 1000).toFixed(1)} s`;
  const parts = [
    `stage ${name} ${howItEnded(death)} ${after} (process ${death.processId ?? 'not started'})`,
  ];
  if (death.held.length > 0) parts.push(`it held ${death.held.map(heldInWords).join(', ')}`);
  const hint = hintOf(death);
  if (hint !== undefined) parts.push(hint);
  return parts.join('; ');
}

function howItEnded({ charge, cutOff, exitCode, signal, wasReady }: Death): string {
  if (charge !== undefined) return `was killed: ${charge.message},`;
  if (signal !== undefined) return `was killed by ${signal}`;
  if (exitCode === 0 && !wasReady) return 'exited without ever becoming a stage';
  return `exited with code ${exitCode}${cutOff === undefined ? '' : ' in the middle of a message'}`;
}

function heldInWords({ channel, what, count }: HeldValue): string {
  const values = count === 1 ? 'value' : 'values';
  return what === 'receiving'
    ? `${count} ${values} from "${channel}" that it had not taken`
    : `${count} ${values} for "${channel}" that nobody had taken`;
}

function hintOf({
  charge,
  cutOff,
  stderr,
  exitCode,
  wasReady,
  greeting,
}: Death): string | undefined {
  if (charge instanceof ProtocolError && charge.bytes.length > 0) {
    return "only the runtime of handover may write to the process's link, descriptors 3 and 4: print to stdout or stderr";
  }
  const said = stderr.join('\n');
  if (/ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX|ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING/.test(said)) {
    return "Node cannot run this TypeScript by itself: give the stage loader: 'tsx'";
  }
  if (exitCode === 0 && !wasReady) return greeting;
  if (cutOff !== undefined && exitCode === 0) {
    return 'it exited while a large value was on its way: let it await its sends before process.exit()';
  }
  if (exitCode === 13) return 'it waited at its top level for something that can never come';
  return undefined;
}
