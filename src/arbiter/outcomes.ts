import { ByNumber, type Numbered } from '../by-number.ts';
import { RememberingMap } from '../remembering-map.ts';
import type { ChannelState } from './channel-state.ts';
import type { DiscardReason, Effect, FailedReason, Failure, OpNumber, PartyId } from './events.ts';
import type { Operation } from './operation.ts';

/**
 * The operations that have not ended, by party, and the effects of the step under way. The two belong
 * together: an operation has exactly one ending, and with it the arbiter forgets the operation.
 */
export class Outcomes<V> {
  readonly #parties = new RememberingMap<PartyId, ByNumber<Operation<V>>>();
  #effects: Effect<V>[] | undefined;

  /** The effects since the last call. */
  drain(): readonly Effect<V>[] {
    const effects = this.#effects ?? nothing;
    this.#effects = undefined;
    return effects;
  }

  register(operation: Operation<V>): void {
    let operations = this.#parties.get(operation.party);
    if (operations === undefined) {
      operations = new ByNumber(({ arrival }) => arrival);
      this.#parties.set(operation.party, operations);
    }
    operations.add(operation);
  }

  find(party: PartyId, op: OpNumber): Operation<V> | undefined {
    return this.#parties.get(party)?.get(op);
  }

  operationsOf(party: PartyId): Numbered<Operation<V>> {
    return this.#parties.get(party) ?? none;
  }

  parties(): Iterable<PartyId> {
    return this.#parties.keys();
  }

  forget(operation: Operation<V>): void {
    this.#parties.get(operation.party)?.delete(operation.op);
  }

  forgetParty(party: PartyId): void {
    this.#parties.delete(party);
  }

  /** To a receiver; its operation goes on until it says what became of the value. */
  deliver(receive: Operation<V>, send: Operation<V>): void {
    this.#add({
      type: 'deliver',
      party: receive.party,
      op: receive.op,
      guard: receive.committed,
      attempt: send.attempts + 1,
      value: send.value,
      ends: send.ends,
    });
  }

  ask({ party, op }: Operation<V>, guard: number): void {
    this.#add({ type: 'ask', party, op, guard });
  }

  released({ party, op }: Operation<V>): void {
    this.#add({ type: 'released', party, op });
  }

  late({ party, op }: Operation<V>): void {
    this.#add({ type: 'late', party, op });
  }

  completed(operation: Operation<V>): void {
    this.forget(operation);
    const { party, op, committed } = operation;
    this.#add({ type: 'completed', party, op, guard: committed });
  }

  withdrawn(operation: Operation<V>): void {
    this.forget(operation);
    const { party, op, committed, allAttempts: attempts } = operation;
    const guard = Math.max(0, committed);
    this.#add({ type: 'withdrawn', party, op, guard, attempts });
  }

  failed(operation: Operation<V>, reason: FailedReason): void {
    this.forget(operation);
    const { party, op, committed, allAttempts: attempts } = operation;
    this.#add({ type: 'failed', party, op, guard: committed, attempts, reason });
  }

  discarded(channel: ChannelState<V>, value: V, reason: DiscardReason): void {
    channel.discarded++;
    this.#add({ type: 'discarded', channel: channel.id, value, reason });
  }

  retried(channel: ChannelState<V>, { attempts }: Operation<V>, failure?: Failure): void {
    this.#add({ type: 'retried', channel: channel.id, attempts, failure });
  }

  buried(
    channel: ChannelState<V>,
    { attempts, failures }: Operation<V>,
    deadLetters: ChannelState<V>,
  ): void {
    channel.buried++;
    this.#add({
      type: 'buried',
      channel: channel.id,
      attempts,
      failures,
      deadLetters: deadLetters.id,
    });
  }

  regrouped({ id: channel }: ChannelState<V>): void {
    this.#add({ type: 'regrouped', channel });
  }

  violation(party: PartyId, problem: string): void {
    this.#add({ type: 'violation', party, problem });
  }

  #add(effect: Effect<V>): void {
    if (this.#effects === undefined) this.#effects = [effect];
    else this.#effects.push(effect);
  }
}

const none = new ByNumber<never>(() => 0);
const nothing: readonly never[] = [];
