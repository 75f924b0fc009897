/**
 * What a process may say at all, whatever it is being checked for: sections 3, 4, 6, 7 and 9 of docs/protocol.md
 * from the side of whoever listens. It hears both sides of a link, and matches nothing: it is no arbiter.
 *
 * | an operation is | when                                              | the process may                           |
 * | --------------- | ------------------------------------------------- | ----------------------------------------- |
 * | `waiting`       | it was offered                                    | withdraw it                               |
 * | `late`          | its tentative withdrawal was answered `late`      | withdraw it for good                      |
 * | `recalled`      | the same, final; or it is a poll                  | only wait                                 |
 * | `holding`       | a value was delivered to it                       | answer once; a withdrawal may have crossed|
 * | `ended`         | it had its ending, or its value was answered      | only withdraw it: that has crossed        |
 */
import { type FromProcess, type FromSupervisor, firstOwnEnd } from '../../../src/wire/message.ts';
import { Unmet } from './outcome.ts';

type MessageOf<T extends FromProcess['type']> = Extract<FromProcess, { type: T }>;
type Side = 'send' | 'receive';

interface Operation {
  state: 'waiting' | 'late' | 'recalled' | 'holding' | 'ended';
  readonly isPoll: boolean;
  readonly kind: 'plain' | 'choice';
  readonly guards: MessageOf<'offer'>['guards'];
  withdrawal: 'none' | 'tentative' | 'final';
}

export class Conduct {
  readonly #token: string;
  readonly #ends = new Map<number, Side | 'closed'>();
  readonly #operations = new Map<number, Operation>();
  readonly #probes = new Set<number>();
  #phase: 'greeting' | 'greeted' | 'over' = 'greeting';
  #isWelcomed = false;
  #window = { operations: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
  #lastOp = 0;
  #lastEnd = firstOwnEnd - 1;

  constructor(token: string) {
    this.#token = token;
  }

  /** What the kit has said. */
  said(message: FromSupervisor): void {
    switch (message.type) {
      case 'welcome':
        this.#isWelcomed = true;
        this.#window = message.settings.window;
        for (const { end, side } of message.ends) if (end !== 0) this.#ends.set(end, side);
        break;
      case 'deliver':
        for (const { end, side } of message.ends ?? []) this.#ends.set(end, side);
        this.#become(message.op, 'holding');
        break;
      case 'completed':
      case 'withdrawn':
      case 'failed':
        this.#become(message.op, 'ended');
        break;
      case 'late': {
        const operation = this.#operations.get(message.op);
        const isForGood = operation?.isPoll || operation?.withdrawal === 'final';
        this.#become(message.op, isForGood ? 'recalled' : 'late');
        break;
      }
      case 'probe':
        this.#probes.add(message.probe);
        break;
    }
  }

  /**
   * A large message has begun to come.
   * @throws Unmet
   */
  announced(message: FromProcess): void {
    if (message.type !== 'offer') {
      throw new Unmet('an offer, if it comes in pieces', `"${message.type}" comes so`, '2.9');
    }
    this.#checkGrows(message.op);
  }

  /** @throws Unmet when the process must not say this */
  heard(message: FromProcess, manner: 'whole' | 'in pieces' = 'whole'): void {
    if (this.#phase === 'over') {
      throw new Unmet('nothing after "exiting"', `it said "${message.type}"`, '3.29');
    }
    if (message.type === 'hello') {
      this.#greet(message);
      return;
    }
    if (this.#phase === 'greeting') {
      throw new Unmet('"hello" first', `it said "${message.type}"`, '3.7');
    }
    if (!this.#isWelcomed) {
      throw new Unmet(
        'nothing but "hello" before it was welcomed',
        `it said "${message.type}"`,
        '3.6',
      );
    }
    switch (message.type) {
      case 'offer':
        if (manner === 'whole') this.#checkGrows(message.op);
        this.#offered(message);
        break;
      case 'withdraw':
        this.#withdrawn(message);
        break;
      case 'taken':
      case 'returned':
      case 'refused':
      case 'abandoned':
        this.#answered(message);
        break;
      case 'close':
        this.#closed(message.end);
        break;
      case 'inspect':
        this.#sideOf(message.end, `it inspects end ${message.end}`, '3.14');
        break;
      case 'open':
        this.#opened(message);
        break;
      case 'idle':
        if (!this.#probes.delete(message.probe)) {
          const which = `it said "idle" for probe ${message.probe}`;
          throw new Unmet('an answer to a probe that was asked', which, '3.25');
        }
        break;
      case 'exiting':
        this.#phase = 'over';
        break;
    }
  }

  #greet({ version, token }: MessageOf<'hello'>): void {
    if (this.#phase !== 'greeting') throw new Unmet('one "hello"', 'it said a second', '3.7');
    this.#phase = 'greeted';
    if (version.major !== 1) {
      throw new Unmet('version 1', `its hello says ${version.major}.${version.minor}`, '10.1');
    }
    if (token !== this.#token) {
      throw new Unmet(
        `the token "${this.#token}" of HANDOVER_TOKEN`,
        `its hello says "${token}"`,
        '3.7',
      );
    }
  }

  #checkGrows(op: number): void {
    if (op <= this.#lastOp) {
      throw new Unmet(
        `an operation number above ${this.#lastOp}, that of the offer before`,
        `it offers operation ${op}`,
        '4.1',
      );
    }
    this.#lastOp = op;
  }

  #offered({ op, guards, isPoll, isPriority }: MessageOf<'offer'>): void {
    if (guards.length === 0) {
      throw new Unmet('at least one guard', `operation ${op} has none`, '3.8');
    }
    for (const { end, value, ends } of guards) {
      const side = value === undefined ? 'receive' : 'send';
      const what = `operation ${op} would ${side} on end ${end}`;
      if (this.#sideOf(end, what, '4.3') !== side) {
        throw new Unmet(`an end of the side "${side}"`, what, '4.3');
      }
      for (const carried of ends ?? []) {
        this.#sideOf(carried, `a value of operation ${op} carries end ${carried}`, '7.9');
      }
    }
    const kind = guards.length > 1 || isPriority ? 'choice' : 'plain';
    if (kind === 'plain') this.#checkWindow(op, guards[0] as (typeof guards)[number]);
    this.#operations.set(op, { state: 'waiting', isPoll, kind, guards, withdrawal: 'none' });
  }

  /** Counted as it is here, where an ending counts when it is said: the process cannot have more room than that. */
  #checkWindow(op: number, { end }: { readonly end: number }): void {
    let [operations, bytes] = [0, 0];
    for (const { state, kind, guards } of this.#operations.values()) {
      const [guard] = guards;
      if (kind === 'choice' || guard?.end !== end) continue;
      if (state === 'ended' || state === 'holding') continue;
      operations++;
      bytes += guard.value?.length ?? 0;
    }
    const { operations: mostOperations, bytes: mostBytes } = this.#window;
    if (operations === 0 || (operations < mostOperations && bytes < mostBytes)) return;
    throw new Unmet(
      `no further offer while a window of ${mostOperations} operations and ${mostBytes} bytes is full`,
      `it offers operation ${op} on end ${end}, where ${operations} with ${bytes} bytes are outstanding`,
      '6.1',
    );
  }

  #withdrawn({ op, kind }: MessageOf<'withdraw'>): void {
    const operation = this.#operations.get(op);
    if (operation === undefined) return;
    if (operation.state === 'recalled' || (operation.state === 'late' && kind === 'tentative')) {
      throw new Unmet(
        'no further withdrawal of what is in a hand and recalled already',
        `it withdraws operation ${op} again (${kind})`,
        '4.9',
      );
    }
    operation.withdrawal = kind;
    if (operation.state === 'late') operation.state = 'recalled';
  }

  #answered({ type, op }: MessageOf<'taken' | 'returned' | 'refused' | 'abandoned'>): void {
    const operation = this.#operations.get(op);
    if (operation?.state !== 'holding') {
      const which = `it said "${type}" for operation ${op}, which holds no value`;
      throw new Unmet('exactly one answer to each "deliver", and none without', which, '3.17');
    }
    operation.state = 'ended';
  }

  #closed(end: number): void {
    this.#sideOf(end, `it closes end ${end}`, '7.3');
    for (const [op, { state, guards }] of this.#operations) {
      const isOn = guards.some((guard) => guard.end === end && guard.value === undefined);
      if (!isOn || state === 'ended' || state === 'holding') continue;
      throw new Unmet(
        'receives on an end to have ended before it is closed',
        `it closes end ${end}, on which operation ${op} waits`,
        '7.3',
      );
    }
    this.#ends.set(end, 'closed');
  }

  #opened({ sender, receiver, terms, deadLetters }: MessageOf<'open'>): void {
    if (sender <= this.#lastEnd || receiver <= sender) {
      throw new Unmet(
        `numbers for the ends of a channel that grow, from ${this.#lastEnd + 1} on`,
        `it opens a channel with ${sender} and ${receiver}`,
        '3.24',
      );
    }
    if (terms.capacity > 1024 || terms.maxAttempts < 1) {
      throw new Unmet(
        'a capacity of at most 1,024, and at least one attempt',
        `it opens a channel with ${terms.capacity} and ${terms.maxAttempts}`,
        '3.24',
      );
    }
    if (deadLetters !== undefined) {
      this.#sideOf(deadLetters, `it names end ${deadLetters} for dead letters`, '7.14');
    }
    this.#lastEnd = receiver;
    this.#ends.set(sender, 'send');
    this.#ends.set(receiver, 'receive');
  }

  #sideOf(end: number, what: string, clause: string): Side {
    const side = this.#ends.get(end);
    if (side === 'send' || side === 'receive') return side;
    const why = side === undefined ? 'which it was not given' : 'which it has closed';
    throw new Unmet('only ends that it has', `${what}, ${why}`, side === 'closed' ? '7.3' : clause);
  }

  #become(op: number, state: Operation['state']): void {
    const operation = this.#operations.get(op);
    if (operation !== undefined) operation.state = state;
  }
}
