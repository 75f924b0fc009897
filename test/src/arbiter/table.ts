import { Arbiter } from '../../../src/arbiter/arbiter.ts';
import type { Statistics } from '../../../src/arbiter/channel-state.ts';
import type {
  ArbiterEvent,
  ChannelId,
  Choice,
  Effect,
  FailedReason,
  Failure,
  Guard,
  OpNumber,
  PartyId,
  Patience,
  Side,
  Terms,
  WithdrawalKind,
} from '../../../src/arbiter/events.ts';

type Effects = readonly Effect<string>[];

/** An arbiter to talk to in short sentences; its invariants are checked after each of them. */
export class Table {
  readonly #arbiter: Arbiter<string>;

  /** @param pick which of the ready guards a select takes; the last one unless said otherwise */
  constructor(pick: (below: number) => number = (below) => below - 1) {
    this.#arbiter = new Arbiter(
      pick,
      (value, { channel, attempts, failures }) =>
        `${value}, dead on ${channel} after ${attempts}${failures.map(({ message }) => `, ${message}`).join('')}`,
    );
  }

  step(event: ArbiterEvent<string>): Effects {
    const effects = this.#arbiter.step(event);
    this.#arbiter.checkInvariants();
    return effects;
  }

  open(channel: ChannelId, terms: Partial<Terms> = {}, deadLetters?: ChannelId): Effects {
    const rendezvous: Terms = { capacity: 0, overflow: 'block', maxAttempts: 3 };
    return this.step({
      type: 'open',
      channel,
      terms: { ...rendezvous, ...terms },
      ...(deadLetters !== undefined && { deadLetters }),
    });
  }

  send(party: PartyId, op: OpNumber, channel: ChannelId, value: string): Effects {
    return this.offer(party, op, [{ side: 'send', channel, value }]);
  }

  trySend(party: PartyId, op: OpNumber, channel: ChannelId, value: string): Effects {
    return this.offer(party, op, [{ side: 'send', channel, value }], { patience: 'poll' });
  }

  receive(party: PartyId, op: OpNumber, channel: ChannelId): Effects {
    return this.offer(party, op, [{ side: 'receive', channel }]);
  }

  tryReceive(party: PartyId, op: OpNumber, channel: ChannelId): Effects {
    return this.offer(party, op, [{ side: 'receive', channel }], { patience: 'poll' });
  }

  offer(
    party: PartyId,
    op: OpNumber,
    guards: readonly Guard<string>[],
    how: {
      readonly choice?: Choice;
      readonly patience?: Patience;
      readonly isShared?: boolean;
    } = {},
  ): Effects {
    const { choice = 'random', patience = 'wait', isShared = false } = how;
    return this.step({ type: 'offer', party, op, guards, choice, patience, isShared });
  }

  free(party: PartyId, op: OpNumber): Effects {
    return this.step({ type: 'free', party, op });
  }

  withdraw(party: PartyId, op: OpNumber, kind: WithdrawalKind = 'final'): Effects {
    return this.step({ type: 'withdraw', party, op, kind });
  }

  taken(party: PartyId, op: OpNumber): Effects {
    return this.step({ type: 'taken', party, op });
  }

  returned(party: PartyId, op: OpNumber): Effects {
    return this.step({ type: 'returned', party, op });
  }

  refused(party: PartyId, op: OpNumber, why: string): Effects {
    return this.step({ type: 'refused', party, op, why });
  }

  abandoned(party: PartyId, op: OpNumber, failure: Failure): Effects {
    return this.step({ type: 'abandoned', party, op, failure });
  }

  silent(party: PartyId): Effects {
    return this.step({ type: 'silent', party });
  }

  gone(party: PartyId, failure?: Failure): Effects {
    return this.step({ type: 'gone', party, ...(failure && { failure }) });
  }

  hold(channel: ChannelId, side: Side): Effects {
    return this.step({ type: 'hold', channel, side });
  }

  release(channel: ChannelId, side: Side, failure?: Failure): Effects {
    return this.step({ type: 'release', channel, side, ...(failure && { failure }) });
  }

  statistics(channel: ChannelId): Statistics | undefined {
    return this.#arbiter.observe(channel)?.statistics;
  }

  /** How many operations of a party the arbiter still knows. */
  known(party: PartyId): number {
    return this.#arbiter.operationsOf(party).size;
  }
}

export function send(channel: ChannelId, value: string): Guard<string> {
  return { side: 'send', channel, value };
}

export function receive(channel: ChannelId): Guard<string> {
  return { side: 'receive', channel };
}

export function delivered(
  party: PartyId,
  op: OpNumber,
  value: string,
  { guard = 0, attempt = 1 } = {},
): Effect<string> {
  return { type: 'deliver', party, op, guard, attempt, value };
}

export function completed(party: PartyId, op: OpNumber, guard = 0): Effect<string> {
  return { type: 'completed', party, op, guard };
}

export function late(party: PartyId, op: OpNumber): Effect<string> {
  return { type: 'late', party, op };
}

export function withdrawn(party: PartyId, op: OpNumber, attempts = 0): Effect<string> {
  return { type: 'withdrawn', party, op, guard: 0, attempts };
}

export function failed(
  party: PartyId,
  op: OpNumber,
  reason: FailedReason,
  { guard = 0, attempts = 0 } = {},
): Effect<string> {
  return { type: 'failed', party, op, guard, attempts, reason };
}

export function discarded(
  channel: ChannelId,
  value: string,
  reason: Extract<Effect<string>, { type: 'discarded' }>['reason'],
): Effect<string> {
  return { type: 'discarded', channel, value, reason };
}

export function retried(channel: ChannelId, attempts: number, failure?: Failure): Effect<string> {
  return { type: 'retried', channel, attempts, failure };
}

export function buried(
  channel: ChannelId,
  deadLetters: ChannelId,
  failures: readonly Failure[] = [],
  attempts = failures.length,
): Effect<string> {
  return { type: 'buried', channel, attempts, failures, deadLetters };
}

export function lost(...failures: readonly Failure[]): FailedReason {
  return { kind: 'lost', failures };
}

export const ended: FailedReason = { kind: 'ended' };

export function broken(failure: Failure): FailedReason {
  return { kind: 'broken', failure };
}

/** A stage that did not end well. */
export const crash: Failure = { code: 'STAGE_FAILED', message: 'parser was killed by SIGSEGV' };
