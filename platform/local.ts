import type { InputOf, StandardSchema } from '../src/contracts/schema.ts';
import type { Channel } from '../src/ends/pair.ts';
import type { ChannelOptions } from '../src/ends/terms.ts';
import { TopologyError } from '../src/errors.ts';
import { LocalChannels } from '../src/local.ts';
import { systemClock } from './clock.ts';
import { compileJsonSchema } from './json-schema.ts';

/**
 * The channels inside this process: all of them meet in one place, so that one `select` can wait on any. That place is
 * made when somebody asks for it: few stages do, and none should start later for it.
 */
export function local(): LocalChannels {
  channels ??= new LocalChannels(systemClock, undefined, compileJsonSchema);
  return channels;
}

let channels: LocalChannels | undefined;

/**
 * A channel inside this process, for its own asynchronous code.
 *
 * @example
 * const [tx, rx] = channel<number>();
 * @throws TopologyError when the options make no channel
 */
export function channel<S extends StandardSchema>(
  options: ChannelOptions<InputOf<S>> & { readonly name?: string; readonly contract: S },
): Channel<InputOf<S>>;
export function channel<T>(options?: ChannelOptions<T> & { readonly name?: string }): Channel<T>;
export function channel<T>(
  options: ChannelOptions<T> & { readonly name?: string } = {},
): Channel<T> {
  if (typeof options !== 'object' || options === null) {
    throw new TopologyError(
      `channel(): its options must be an object, such as { name: 'numbers' }, not ${String(options)}`,
    );
  }
  return local().open(options);
}
