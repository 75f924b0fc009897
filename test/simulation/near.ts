/** Channels inside one process: they die with it. */
import type { Sender } from '../../src/ends/sender.ts';
import { LocalChannels } from '../../src/local.ts';
import { letter } from '../../src/value/letter.ts';
import { Random } from '../model/random.ts';
import type { SimulatedClock } from './clock.ts';
import { type Code, contentOf, type Value } from './code.ts';
import type { History } from './history.ts';
import { ObservedExchange } from './observed-exchange.ts';

/** So many channels of one process that no two in a history have the same number. */
const numbersEach = 1_000;

/** Where their operations meet. */
export interface Near {
  readonly exchange: ObservedExchange<unknown>;
  readonly channels: LocalChannels;
}

/** Gives the code one or two of them. */
export function openNear(
  code: Code,
  history: History,
  random: Random,
  clock: SimulatedClock,
): Near {
  const first = ++history.places * numbersEach;
  const exchange = new ObservedExchange<unknown>(
    history,
    new Random(random.fork()),
    (value) => contentOf(value)[0],
    { first, owner: code.who, letterOf: letter },
  );
  const channels = new LocalChannels(clock, exchange);
  const count = 1 + random.below(2);
  let last: Sender<Value> | undefined;
  for (let channel = first + 1; channel <= first + count; channel++) {
    const capacity = random.of([0, 0, 0, 1]);
    const deadLetters = last !== undefined && random.chance(0.5) ? last.clone() : undefined;
    const { sender, receiver } = channels.open<Value>({
      name: `channel ${channel}`,
      capacity,
      maxAttempts: 1 + random.below(3),
      ...(deadLetters && { deadLetters: deadLetters as never }),
    });
    last = sender;
    code.give(channel, sender, 'near');
    code.give(channel, receiver, 'near');
  }
  return { exchange, channels };
}
