/** Replicas whose results come in the order of what they were given. */
import type { Handle } from '../../src/ends/handle.ts';
import type { Channel } from '../../src/ends/pair.ts';
import type { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import type { GivenEnd } from '../../src/link/supervisor-link.ts';
import type { Parcel } from '../../src/value/codec.ts';
import type { StageOptions } from '../options.ts';
import type { Stage } from '../stages/stage.ts';
import type { Supervisor } from '../supervisor.ts';
import type { Relay } from './relay.ts';
import { Turns } from './turns.ts';

/** What is done by the code of the supervisor itself. */
export interface OrderServices {
  readonly supervisor: Pick<Supervisor, 'stage'>;
  readonly relay: Relay;
  /** A channel on which values are tried and set aside as on the input. */
  readonly likeInput: (name: string) => Channel<Parcel>;
  /** A channel for what is to go to the output. */
  readonly likeOutput: (name: string) => Channel<Parcel>;
  readonly give: (stage: string, name: string, handle: Handle) => GivenEnd;
}

/** Each replica is a stage of its own, `name.1`, `name.2`, …, between two channels of its own. */
export function startInOrder(
  { supervisor, relay, ...services }: OrderServices,
  name: string,
  options: StageOptions,
  input: Receiver<unknown>,
  output: Sender<never>,
): readonly Stage[] {
  const { replicas = 1, ends, ...rest } = options;
  const relayed = (handle: Handle) => services.give(name, 'relay', handle);
  const stages: Stage[] = [];
  const places = Array.from({ length: replicas }, (_, index) => {
    const replica = `${name}.${index + 1}`;
    const into = services.likeInput(`${input.channel} (${replica})`);
    const out = services.likeOutput(`${output.channel} (${replica})`);
    const dealt = relayed(into.sender);
    const collected = relayed(out.receiver);
    stages.push(
      supervisor.stage(replica, {
        ...rest,
        ends: {
          ...(index === replicas - 1 ? ends : copiesOf(ends)),
          input: into.receiver,
          output: out.sender,
        },
      }),
    );
    return {
      input: relay.sender(dealt, dealt.channelName),
      output: relay.receiver(collected, collected.channelName),
      mishaps: () => relay.mishapsOn(dealt.channel),
      hasInHand: () => relay.isInHand(dealt.channel),
    };
  });
  const from = relayed(input);
  const to = relayed(output);
  const turns = new Turns(
    name,
    relay,
    relay.receiver(from, from.channelName),
    relay.sender(to, to.channelName),
    places,
  );
  void turns.run();
  return stages;
}

function copiesOf(ends: StageOptions['ends'] = {}): NonNullable<StageOptions['ends']> {
  return Object.fromEntries(Object.entries(ends).map(([name, end]) => [name, end.clone()]));
}
