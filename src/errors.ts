/**
 * Every way in which something can go wrong, one class each, with a stable `code`.
 *
 * The message says what happened, where, what was expected and what to do. An operation's error carries the
 * value that was not handed over, and how many receivers had it in hand before they died.
 */
import type { Failure } from './arbiter/events.ts';

export abstract class HandoverError extends Error {
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }
}

/** What was tried. */
export type OperationName = 'send' | 'receive' | 'select' | 'inspect' | 'clone' | 'give';

/** Which operation failed, and with what in hand. */
export interface FailedOperation {
  readonly operation: OperationName;
  readonly channel: string;
  /** The value that was not handed over: of a send, always; of a receive, never. */
  readonly value?: unknown;
  /** How many receivers had the value in hand and failed. 0: it was not taken. Above: it may have been. */
  readonly attempts?: number;
}

/** A send or a receive that did not come to pass. */
export abstract class OperationError extends HandoverError {
  readonly operation: OperationName;
  readonly channel: string;
  declare readonly value: unknown;
  readonly attempts: number;

  constructor(failed: FailedOperation, message: string, options?: ErrorOptions) {
    super(`${message}${takenOrNot(failed)}`, options);
    this.operation = failed.operation;
    this.channel = failed.channel;
    hide(this, { value: failed.value });
    this.attempts = failed.attempts ?? 0;
  }
}

/** You closed this end yourself. Not: the other side did. */
export class EndClosedError extends OperationError {
  readonly code = 'END_CLOSED';
  constructor(failed: FailedOperation) {
    super(
      failed,
      `cannot ${inWords[failed.operation]} "${failed.channel}": this end was closed here. Clone an end before you close it, if it is needed further`,
    );
  }
}

/** You gave this end away: to a stage, or inside a value. Not: it was closed. */
export class EndMovedError extends OperationError {
  readonly code = 'END_MOVED';
  constructor(failed: FailedOperation, side: 'sender' | 'receiver', owner: string) {
    super(
      failed,
      `cannot ${inWords[failed.operation]} "${failed.channel}": its ${side} was given to ${owner} and can be used only there. For another holder give a copy: ${side}.clone()`,
    );
  }
}

/** All ends of the other side were closed, or their stages ended well. Not: one of them crashed. */
export class ChannelEndedError extends OperationError {
  readonly code = 'CHANNEL_ENDED';
  constructor(failed: FailedOperation) {
    super(
      failed,
      failed.operation === 'receive'
        ? `"${failed.channel}" has ended: every sender is closed and every value was taken. A \`for await\` loop ends here by itself`
        : `cannot send on "${failed.channel}": every receiver is closed, so nobody can take a value any more`,
    );
  }
}

/** The other side is gone, and not all of it ended well: `cause` says what happened to it. */
export class ChannelBrokenError extends OperationError {
  readonly code = 'CHANNEL_BROKEN';
  constructor(failed: FailedOperation, cause: Error) {
    super(
      failed,
      failed.operation === 'receive'
        ? `"${failed.channel}" is broken: all that was there has been taken, but its senders did not all end well (${cause.message})`
        : `cannot send on "${failed.channel}": its receivers are gone, and did not all end well (${cause.message})`,
      { cause },
    );
  }
}

/** The time was over before the operation was. Not: an abort. */
export class TimedOutError extends OperationError {
  readonly code = 'TIMED_OUT';
  /** The limit, in milliseconds. */
  readonly timeout: number;
  constructor(failed: FailedOperation, timeout: number) {
    super(failed, `${failed.operation} on "${failed.channel}" timed out after ${timeout} ms`);
    this.timeout = timeout;
  }
}

/** The operation's AbortSignal fired first; `cause` is the signal's reason. */
export class AbortedError extends OperationError {
  readonly code = 'ABORTED';
  constructor(failed: FailedOperation, reason: unknown) {
    const where = failed.channel === '' ? '' : ` on "${failed.channel}"`;
    super(failed, `${failed.operation}${where} was aborted`, { cause: reason });
  }
}

/** As many attempts at the value as the channel allows have failed: its receivers died with it in hand, or said so. */
export class LostError extends OperationError {
  readonly code = 'LOST';
  /**
   * How the attempts failed, in order; of more than 16 the first and the last ones. Empty for what is not repeated:
   * a `trySend`, and a `select` that was called off.
   */
  declare readonly failures: readonly Failure[];
  constructor(failed: FailedOperation, failures: readonly Failure[]) {
    const { channel, attempts } = failed;
    super(
      failed,
      `the value sent on "${channel}" was given up: ${attempts} attempt(s) at it failed${attemptsInWords(failures)} (maxAttempts of the channel; a trySend, or a select that was called off, is not repeated). A channel of dead letters keeps such values`,
    );
    hide(this, { failures });
  }
}

/** The receiver could not make sense of the value: it is not what its language can read. */
export class ValueRefusedError extends OperationError {
  readonly code = 'VALUE_REFUSED';
  constructor(failed: FailedOperation, why: string) {
    super(failed, `the receiver on "${failed.channel}" refused the value: ${why}`);
  }
}

/** The encoded value is larger than a frame may be. Nothing was sent. */
export class ValueTooLargeError extends OperationError {
  readonly code = 'VALUE_TOO_LARGE';
  /** Both in bytes. */
  readonly size: number;
  readonly limit: number;
  constructor(failed: FailedOperation, size: number, limit: number) {
    super(
      failed,
      `the value for "${failed.channel}" has ${size} bytes, more than the ${limit} that one value may have (maxValueBytes of the supervisor). Send it in pieces, or send where it can be found`,
    );
    this.size = size;
    this.limit = limit;
  }
}

/** The value holds something that msgpack cannot carry unchanged; `path` says where. */
export class NotEncodableError extends OperationError {
  readonly code = 'NOT_ENCODABLE';
  /** Where in the value, as JavaScript would write it: `$.items[3].when`. */
  readonly path: string;
  constructor(failed: FailedOperation, path: string, what: string) {
    super(failed, `the value for "${failed.channel}" cannot be sent: ${what} at ${path}`);
    this.path = path;
  }
}

/** The value does not meet the contract of its channel; `path` says where. Nothing was sent. Not: a receiver refused it. */
export class ContractError extends OperationError {
  readonly code = 'CONTRACT';
  /** Where in the value, as JavaScript would write it: `$.lines[1].price`. */
  readonly path: string;
  /** What the contract has there, in words. */
  readonly expected: string;
  constructor(failed: FailedOperation, path: string, expected: string) {
    super(
      failed,
      `the value for "${failed.channel}" does not meet the contract of the channel: at ${path}: ${expected}. Nothing was sent`,
    );
    this.path = path;
    this.expected = expected;
  }
}

/** In what two contracts differ. */
export interface ContractDifference {
  /** Which part of a value it is about: `$.lines[].price`. */
  readonly path: string;
  /** In words. */
  readonly what: string;
}

/**
 * A stage was built against another contract than its channel has. It was ended before it sent or took anything there,
 * and is not started again. Not: a value does not meet the contract.
 */
export class ContractMismatchError extends HandoverError {
  readonly code = 'CONTRACT_MISMATCH';
  readonly stage: string;
  readonly channel: string;
  /** All of them; those of a channel without a contract are none. */
  declare readonly differences: readonly ContractDifference[];
  constructor(
    stage: string,
    channel: string,
    differences: readonly ContractDifference[],
    message: string,
  ) {
    super(message);
    this.stage = stage;
    this.channel = channel;
    hide(this, { differences });
  }
}

/** A stage can send on a channel that has a contract, and its runtime cannot check that. It was ended. */
export class ContractUncheckedError extends HandoverError {
  readonly code = 'CONTRACT_UNCHECKED';
  readonly stage: string;
  readonly channel: string;
  constructor(stage: string, channel: string, language: string) {
    super(
      `stage "${stage}" can send on "${channel}", which has a contract, and its runtime (${language}) does not check contracts: ${howToCheck(language)}`,
    );
    this.stage = stage;
    this.channel = channel;
  }
}

/** A value that `sendAll` drew from its source, and that it cannot say was taken. */
export interface UntakenValue {
  /** How many were drawn before it. */
  readonly index: number;
  readonly value: unknown;
  /** How many receivers had it in hand and failed. 0: it was not taken. Above: it may have been. */
  readonly attempts: number;
}

/**
 * `sendAll` ended before its source did, or not all was taken; `cause` is what failed first. Every value that was drawn,
 * and is in neither list, was taken. Not: nothing was sent.
 */
export class NotAllTakenError extends HandoverError {
  readonly code = 'NOT_ALL_TAKEN';
  readonly channel: string;
  /** How many values were drawn from the source. */
  readonly drawn: number;
  /** How many of them were taken. */
  readonly taken: number;
  /** What was drawn, and was not taken: nobody had it, and nobody will get it. In order. */
  declare readonly notTaken: readonly UntakenValue[];
  /** What was drawn, and may have been taken: receivers had it in hand, and failed. In order. */
  declare readonly maybeTaken: readonly UntakenValue[];
  /** @param untaken in any order */
  constructor(channel: string, drawn: number, untaken: readonly UntakenValue[], cause: unknown) {
    const inOrder = untaken.toSorted((one, other) => one.index - other.index);
    const notTaken = inOrder.filter(({ attempts }) => attempts === 0);
    const maybeTaken = inOrder.filter(({ attempts }) => attempts > 0);
    const taken = drawn - untaken.length;
    const counts = `${taken} taken, ${notTaken.length} not taken (see notTaken), ${maybeTaken.length} perhaps (see maybeTaken)`;
    super(`not all was sent on "${channel}": ${counts}. What failed first: ${firstLine(cause)}`, {
      cause,
    });
    this.channel = channel;
    this.drawn = drawn;
    this.taken = taken;
    hide(this, { notTaken, maybeTaken });
  }
}

/** The other process of a link said something that the protocol does not allow. */
export class ProtocolError extends HandoverError {
  readonly code = 'PROTOCOL';
  /** The offending bytes, or the first of them. */
  readonly bytes: Uint8Array;
  constructor(problem: string, bytes: Uint8Array = new Uint8Array()) {
    super(bytes.length === 0 ? problem : `${problem}: ${shown(bytes)}`);
    this.bytes = bytes;
  }
}

/** A stage's process did not end well; the failure of a channel carries it as its cause. */
export class StageFailedError extends HandoverError {
  readonly code = 'STAGE_FAILED';
  readonly stage: string;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The last lines that it printed on stderr. */
  declare readonly stderr: readonly string[];
  /** What it left behind, by channel. */
  declare readonly held: readonly HeldValue[];
  /** Stages that failed after this one, most often because of it. */
  declare readonly others: readonly StageFailedError[];

  constructor(
    failure: Failure,
    held: readonly HeldValue[] = [],
    others: readonly StageFailedError[] = [],
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
    this.stage = failure.stage ?? 'unknown';
    this.exitCode = failure.exitCode;
    this.signal = failure.signal;
    hide(this, { stderr: failure.stderr ?? [], held, others });
  }

  /** The same, with those that failed after it. */
  followedBy(others: readonly StageFailedError[]): StageFailedError {
    return others.length === 0 ? this : this.#saying(afterIt(others), others);
  }

  /** The same, of a process that would be started again, were there anything left to do for it. */
  withoutSuccessor(): StageFailedError {
    return this.#saying('; it had closed all its ends before, so none is started in its place');
  }

  #saying(more: string, others = this.others): StageFailedError {
    const { stage, exitCode, signal, stderr } = this;
    return new StageFailedError(
      {
        code: this.code,
        message: `${this.message}${more}`,
        stage,
        ...(exitCode !== undefined && { exitCode }),
        ...(signal !== undefined && { signal }),
        stderr,
      },
      this.held,
      others,
      { cause: this.cause },
    );
  }
}

/** A group failed more often than it may be restarted: all its stages were ended. */
export class RestartsExceededError extends HandoverError {
  readonly code = 'RESTARTS_EXCEEDED';
  /** A stage by itself is a group of one: `stage "parser"`. */
  readonly group: string;
  /** Why each of the last processes failed, oldest first. */
  declare readonly failures: readonly Error[];
  /** Stages that failed after it, most often because of it. */
  declare readonly others: readonly StageFailedError[];

  constructor(
    group: string,
    restarts: number,
    within: number,
    failures: readonly Error[],
    others: readonly StageFailedError[] = [],
    message = exceeded(group, restarts, within, failures),
  ) {
    super(`${message}${afterIt(others)}`, { cause: failures.at(-1) });
    this.group = group;
    hide(this, { failures, others });
  }

  /** The same, with those that failed after it. */
  followedBy(others: readonly StageFailedError[]): RestartsExceededError {
    if (others.length === 0) return this;
    return new RestartsExceededError(this.group, 0, 0, this.failures, others, this.message);
  }
}

function exceeded(
  group: string,
  restarts: number,
  within: number,
  failures: readonly Error[],
): string {
  const limit = restarts === 0 ? 'no restart' : `${restarts} restart(s)`;
  const ways = new Map<string, number>();
  for (const { message } of failures) ways.set(message, (ways.get(message) ?? 0) + 1);
  const list = [...ways].map(([way, count]) => `\n  ${count > 1 ? `${count} × ` : ''}${way}`);
  return `${group} failed once more than it may: ${limit} within ${within / 1000} s (restarts, within). It is started no more. What happened:${list.join('')}`;
}

function afterIt(others: readonly StageFailedError[]): string {
  if (others.length === 0) return '';
  const names = [...new Set(others.map((other) => `"${other.stage}"`))].join(', ');
  return `\nafter it failed ${names} (see others)`;
}

/** What a process may have no more of than its stage allows. */
export type LimitName = 'heapBytes' | 'memoryBytes' | 'cpuTime';

/** A process took more than its stage may: the cause of its failure. Not: the machine has no more. */
export class LimitError extends HandoverError {
  readonly code = 'LIMIT';
  readonly limit: LimitName;
  /** In bytes, or in milliseconds of a processor. */
  readonly allowed: number;
  /** The same, as it was seen last; unknown where the process was ended by the system, or by itself. */
  readonly used: number | undefined;
  constructor(limit: LimitName, allowed: number, used?: number) {
    super(`${limitInWords[limit](allowed, used)} (limits.${limit} of the stage)`);
    this.limit = limit;
    this.allowed = allowed;
    this.used = used;
  }
}

/**
 * What showed that a process hung. `value`: it had a value in hand without a word · `silence`: the whole process
 * gave no sign · `busy`: its main thread did not come back.
 */
export type HangSign = 'value' | 'silence' | 'busy';

/** A process did nothing for longer than its stage may: the cause of its failure. Not: it is slow, and alive. */
export class HangError extends HandoverError {
  readonly code = 'HANG';
  readonly what: HangSign;
  /** For how long, at least. */
  readonly milliseconds: number;
  /** Of the value that it had in hand. */
  readonly channel: string | undefined;
  /** @param seen what the system says of the process */
  constructor(
    what: HangSign,
    milliseconds: number,
    { channel, seen }: { readonly channel?: string; readonly seen?: string } = {},
  ) {
    const state = seen === undefined ? '' : `, for ${seen}`;
    super(
      `${hangInWords[what](Math.round(milliseconds), channel)}${state} (${hangOption[what]} of the stage)`,
    );
    this.what = what;
    this.milliseconds = milliseconds;
    this.channel = channel;
  }
}

/** A stage was told to end before it was at its end: the cause of the break of its channels. */
export class StageStoppedError extends HandoverError {
  readonly code = 'STAGE_STOPPED';
  readonly stage: string;
  constructor(failure: Failure) {
    super(failure.message);
    this.stage = failure.stage ?? 'unknown';
  }
}

/** What a process that died left behind on one channel. */
export interface HeldValue {
  readonly channel: string;
  /** `sending`: its sends that waited · `receiving`: values given to it that it had not taken. */
  readonly what: 'sending' | 'receiving';
  readonly count: number;
}

/** An operation that can never end. */
export interface BlockedOperation {
  /** `stage "parser"`, or the supervisor's own code. */
  readonly who: string;
  readonly processId: number | undefined;
  readonly operation: 'send' | 'receive' | 'select';
  /** One, or of a select those of all its guards. */
  readonly channels: readonly string[];
  /** The same in words: `to receive on "lines"`. */
  readonly awaits: string;
  /** Those who could end it. */
  readonly partners: readonly string[];
  /** For how long its process has said and heard nothing, at least. */
  readonly milliseconds: number;
  /** Where in the code: function, file, line and column. Not always known. */
  readonly place?: string;
}

/** Processes wait for each other, and nobody else can help them (R12). Not: they are slow. */
export class DeadlockError extends HandoverError {
  readonly code = 'DEADLOCK';
  declare readonly blocked: readonly BlockedOperation[];
  /** Each waits for the next; the last is the first again. Empty where somebody waits for nothing. */
  declare readonly circle: readonly string[];
  constructor(message: string, blocked: readonly BlockedOperation[], circle: readonly string[]) {
    super(message);
    hide(this, { blocked, circle });
  }
}

/** A stage that has not ended. */
export interface RunningStage {
  readonly stage: string;
  /** Of its replicas that run. */
  readonly processIds: readonly number[];
  /** What they wait for on channels; empty: they are busy, or wait for something else. */
  readonly waits: readonly BlockedOperation[];
}

/** When the time to drain was over, stages still ran. Not: they were ended. */
export class NotDrainedError extends HandoverError {
  readonly code = 'NOT_DRAINED';
  /** The limit, in milliseconds. */
  readonly deadline: number;
  declare readonly running: readonly RunningStage[];
  constructor(message: string, deadline: number, running: readonly RunningStage[]) {
    super(message);
    this.deadline = deadline;
    hide(this, { running });
  }
}

/** Values were accepted into a channel's buffer, and nobody is left to take them. */
export class UndeliveredError extends HandoverError {
  readonly code = 'UNDELIVERED';
  /** How many, by channel. */
  readonly counts: ReadonlyMap<string, number>;
  constructor(counts: ReadonlyMap<string, number>) {
    const list = [...counts].map(([channel, count]) => `${count} on "${channel}"`).join(', ');
    super(
      `values that had been accepted found no receiver: ${list}. A channel with a capacity answers for its buffer; use capacity 0 where every value counts`,
    );
    this.counts = counts;
  }
}

/** Something is wrong with how channels and stages were put together. */
export class TopologyError extends HandoverError {
  readonly code = 'TOPOLOGY';
}

/** `stage()` was called in a process that no supervisor started. */
export class NotAStageError extends HandoverError {
  readonly code = 'NOT_A_STAGE';
}

function howToCheck(language: string): string {
  switch (language) {
    case 'python':
      return "install what checks them (pip install 'handover-child[contracts]')";
    case 'go':
      return 'import handover/contracts in its program, for its side effects';
    case 'rust':
      return 'depend on the crate handover-contracts, and call handover_contracts::install() first in main';
    default:
      return 'use a runtime that names the feature `contracts` in its hello';
  }
}

const limitInWords = {
  heapBytes: (allowed) => `its JavaScript heap was full: out of memory at ${bytes(allowed)}`,
  memoryBytes: (allowed, used) => `it used ${bytes(used)} of memory, of ${bytes(allowed)} allowed`,
  cpuTime: (allowed, used) =>
    `it computed for ${used === undefined ? 'longer than allowed' : seconds(used)}, of ${seconds(allowed)} allowed`,
} as const satisfies Record<LimitName, (allowed: number, used?: number) => string>;

const hangInWords = {
  value: (milliseconds, channel = 'a channel') =>
    `it had a value from "${channel}" in hand for ${milliseconds} ms without a word`,
  silence: (milliseconds) => `it gave no sign of life for ${milliseconds} ms`,
  busy: (milliseconds) => `its main thread did not come back for ${milliseconds} ms`,
} as const satisfies Record<HangSign, (milliseconds: number, channel?: string) => string>;

const hangOption = {
  value: 'deadline',
  silence: 'limits.silence',
  busy: 'limits.busy',
} as const satisfies Record<HangSign, string>;

function bytes(count: number | undefined): string {
  return count === undefined ? 'more' : `${(count / 2 ** 20).toFixed(1).replace(/\.0$/, '')} MiB`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** There for who asks; an error that nobody catches is printed without them. */
function hide(error: Error, properties: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(error, name, { value, enumerable: false });
  }
}

const inWords = {
  send: 'send on',
  receive: 'receive on',
  select: 'select on',
  inspect: 'look at',
  clone: 'clone an end of',
  give: 'give away an end of',
} as const satisfies Record<OperationName, string>;

function takenOrNot({ operation, attempts = 0 }: FailedOperation): string {
  if (operation !== 'send' || attempts === 0) return '';
  return `. It may have been taken: ${attempts} receiver(s) had the value in hand, and failed`;
}

/** Anything can be thrown by a source. */
function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split('\n', 1)[0] ?? '';
}

/** In characters, of how one attempt failed. */
const longestAttempt = 200;

function attemptsInWords(failures: readonly Failure[]): string {
  if (failures.length === 0) return '';
  const each = failures.map(({ message }, index) => {
    const [line = ''] = message.split('\n', 1);
    const short = line.length > longestAttempt ? `${line.slice(0, longestAttempt)}…` : line;
    return `${index + 1}. ${short}`;
  });
  return `: ${each.join('; ')}`;
}

/** Bytes for a human: as text where they are text, else in hexadecimal. */
function shown(bytes: Uint8Array): string {
  const some = bytes.subarray(0, 64);
  const more = bytes.length > some.length ? ` … (${bytes.length} bytes)` : '';
  // A character that the cut has split is left out; at the end of all the bytes it is none.
  const text = new TextDecoder().decode(some, { stream: bytes.length > some.length });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what tells text from bytes
  if (!/[\u0000-\u0008\u000e-\u001f\u007f\ufffd]/.test(text)) return JSON.stringify(text) + more;
  return [...some].map((byte) => byte.toString(16).padStart(2, '0')).join(' ') + more;
}
