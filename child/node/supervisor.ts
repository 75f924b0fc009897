import type { InputOf, StandardSchema } from '../../src/contracts/schema.ts';
import type { Channel } from '../../src/ends/pair.ts';
import { type ChannelOptions, checkName } from '../../src/ends/terms.ts';
import { NotAStageError } from '../../src/errors.ts';
import { connection } from './stage.ts';

/** The supervisor of this stage. */
export const supervisor = { channel };

/**
 * A channel between processes, made by this stage. Both ends are this stage's, until it sends them away
 * inside values: a channel for replies, for example, whose sender goes with the request. It is there at
 * once, and is over when nobody holds an end of it. If this process crashes, the ends that it still has
 * break. It may have at most 65,536 ends of channels that it made: with more, it is killed.
 *
 * @param name for reports and errors; it need not be unique
 * @example
 * const [reply, replies] = supervisor.channel<number>();
 * await squares.send({ number: 7, reply });
 * console.log(await replies.receive());
 * @throws NotAStageError before `await stage()`, or when no supervisor started this process
 * @throws TopologyError when the options make no channel, or one of a capacity above 1,024
 */
function channel<S extends StandardSchema>(
  name: string | undefined,
  options: ChannelOptions<InputOf<S>> & { readonly contract: S },
): Channel<InputOf<S>>;
function channel<T>(name?: string, options?: ChannelOptions<T>): Channel<T>;
function channel<T>(name?: string, options: ChannelOptions<T> = {}): Channel<T> {
  checkName(name);
  const channel = connection?.open<T>(name, options);
  if (channel !== undefined) return channel;
  throw new NotAStageError(
    connection === undefined
      ? 'no supervisor started this process: channel() makes a channel inside it'
      : 'the supervisor has not answered yet: `await stage()` first',
  );
}
