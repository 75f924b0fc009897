import type { ChannelState } from './channel-state.ts';
import type { Channels } from './channels.ts';
import { canBeBuried, type DeadLetters } from './dead-letters.ts';
import type { FailedReason, Failure } from './events.ts';
import { lost } from './failures.ts';
import type { Operation, Side } from './operation.ts';
import type { Outcomes } from './outcomes.ts';
import { standAgain } from './standing.ts';

/** The values in receivers' hands: how they get there, and what becomes of those that were not taken. */
export class Hands<V> {
  readonly #channels: Channels<V>;
  readonly #outcomes: Outcomes<V>;
  readonly #deadLetters: DeadLetters<V>;

  constructor(channels: Channels<V>, outcomes: Outcomes<V>, deadLetters: DeadLetters<V>) {
    this.#channels = channels;
    this.#outcomes = outcomes;
    this.#deadLetters = deadLetters;
  }

  /** The two meet: the value is in the receiver's hand. */
  handOver(channel: ChannelState<V>, from: Side<V>, to: Side<V>): void {
    const send = from.operation;
    const receive = to.operation;
    if (send.state === 'stored') channel.lent++;
    else this.#channels.commitTo(send, from.guard);
    this.#channels.stepOut(send);
    this.#channels.stepOut(receive);
    send.undergo(send.patience === 'poll' && !send.isOfChannel ? 'match-poll' : 'match');
    this.#channels.commitTo(receive, to.guard);
    receive.held = send;
    receive.undergo('receive');
    channel.inHand++;
    if (send.ends !== undefined) this.#channels.count(send.ends, 1);
    this.#outcomes.deliver(receive, send);
    if (send.state === 'recalled') this.#outcomes.late(send);
  }

  /** The receive is over; the value that it held is in nobody's hand. */
  letGo(
    receive: Operation<V>,
    happening: 'take' | 'come-back' | 'exhaust' | 'owner-gone',
  ): [ChannelState<V>, Operation<V>] {
    const channel = this.#channels.get(receive.channel);
    const send = receive.held as Operation<V>;
    this.#channels.undergo(receive, happening);
    receive.held = undefined;
    this.#outcomes.forget(receive);
    channel.inHand--;
    this.#channels.unsettle(channel);
    return [channel, send];
  }

  /** The value was taken. */
  take(channel: ChannelState<V>, send: Operation<V>): void {
    const isLent = send.state === 'lent';
    this.#channels.undergo(send, 'take');
    channel.taken++;
    if (isLent) channel.lent--;
    else this.#outcomes.completed(send);
  }

  /** The value stands where it stood before. */
  comeBack(channel: ChannelState<V>, send: Operation<V>): void {
    switch (this.#channels.undergo(send, 'come-back')) {
      case 'waiting':
        standAgain(send, channel.lineFor('send'));
        break;
      case 'stored':
        channel.lent--;
        standAgain(send, channel.lineForStored());
        break;
      default:
        this.#outcomes.withdrawn(send);
    }
  }

  /** The value is given to nobody else. */
  exhaust(channel: ChannelState<V>, send: Operation<V>, reason: FailedReason): void {
    const isLent = send.state === 'lent';
    this.#channels.undergo(send, 'exhaust');
    if (isLent) {
      channel.lent--;
      this.#outcomes.discarded(channel, send.value, reason.kind === 'refused' ? 'refused' : 'lost');
    } else {
      this.#outcomes.failed(send, reason);
    }
  }

  /** An attempt at the value has failed. */
  failOn(
    channel: ChannelState<V>,
    send: Operation<V>,
    failure: Failure | undefined,
    isBlamed: boolean,
  ): void {
    send.countAttempt(failure, isBlamed);
    if (send.blamed < channel.terms.maxAttempts) {
      this.comeBack(channel, send);
      if (send.state !== 'ended') this.#outcomes.retried(channel, send, failure);
    } else if (canBeBuried(channel, send)) {
      if (send.state === 'lent') channel.lent--;
      this.#deadLetters.bury(channel, send);
    } else {
      this.exhaust(channel, send, lost(send.allFailures));
    }
  }
}
