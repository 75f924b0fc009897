import type { ChannelState } from './channel-state.ts';
import type { Channels } from './channels.ts';
import type { LetterMaker } from './events.ts';
import type { Operation } from './operation.ts';
import type { Outcomes } from './outcomes.ts';
import { standAgain } from './standing.ts';
import type { Stores } from './stores.ts';

/** Values that their channel gives up go on as letters on its channel of dead letters. */
export class DeadLetters<V> {
  readonly #channels: Channels<V>;
  readonly #outcomes: Outcomes<V>;
  readonly #stores: Stores<V>;
  readonly #letterOf: LetterMaker<V>;

  constructor(
    channels: Channels<V>,
    outcomes: Outcomes<V>,
    stores: Stores<V>,
    letterOf: LetterMaker<V>,
  ) {
    this.#channels = channels;
    this.#outcomes = outcomes;
    this.#stores = stores;
    this.#letterOf = letterOf;
  }

  /** The value goes on in the place of its arrival. */
  bury(channel: HasDeadLetters<V>, send: Operation<V>): void {
    const { deadLetters: letters } = channel;
    const { attempts, failures } = send;
    this.#outcomes.buried(channel, send, letters);
    const letter = this.#letterOf(send.value, { channel: channel.name, attempts, failures });
    send.readdress(letters.id, letter);
    this.#channels.undergo(send, 'bury');
    this.#channels.unsettle(letters);
    const isFull = !letters.hasRoom() && letters.receiving.head === undefined;
    if (isFull && letters.terms.overflow === 'drop-newest') {
      const isOfSender = send.state === 'waiting';
      this.#channels.undergo(send, 'drop');
      if (isOfSender) this.#outcomes.completed(send);
      this.#outcomes.discarded(letters, send.value, 'overflow');
    } else if (send.state === 'stored') {
      standAgain(send, letters.lineForStored());
    } else if (letters.hasRoom() || (isFull && letters.terms.overflow === 'drop-oldest')) {
      this.#stores.store(letters, { operation: send, guard: send.committed });
    } else {
      standAgain(send, letters.lineFor('send'));
    }
  }

  /** No value of the channel is left, and none can come: there will be no dead letter any more. */
  giveUp(channel: ChannelState<V>): void {
    const { deadLetters } = channel;
    if (deadLetters === undefined) return;
    channel.deadLetters = undefined;
    deadLetters.count('send', -1);
    this.#channels.unsettle(deadLetters);
  }
}

/** Whether a value that its channel gives up can go on as a dead letter. */
export function canBeBuried<V>(
  channel: ChannelState<V>,
  { state }: Operation<V>,
): channel is HasDeadLetters<V> {
  const { deadLetters } = channel;
  // Whoever has asked for it back, gets it back.
  return deadLetters !== undefined && deadLetters.receivers > 0 && state !== 'recalled';
}

type HasDeadLetters<V> = ChannelState<V> & { readonly deadLetters: ChannelState<V> };
