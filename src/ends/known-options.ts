/** Node runs TypeScript without a look at the types, so an option that is written wrongly is found here. */
import { TopologyError } from '../errors.ts';

/** The names of options; the compiler sees to it that none is left out. */
export type NamesOf<T> = Readonly<Record<keyof T, unknown>>;

/**
 * @param who has the options, for the message: `stage "parser"`
 * @param within of which of its options these are, if they are not its own: `restart`
 * @throws TopologyError when they are no object, or one of them has a name that says nothing
 */
export function checkKnown<T>(
  who: string,
  options: T,
  known: NamesOf<T>,
  within?: string,
): asserts options is T & object {
  if (typeof options !== 'object' || options === null) {
    throw new TopologyError(
      `${who}: ${within ?? 'its options'} must be an object, not ${String(options)}`,
    );
  }
  const names = Object.keys(known);
  const unknown = Object.entries(options).find(
    ([name, value]) => value !== undefined && !names.includes(name),
  );
  if (unknown === undefined) return;
  const prefix = within === undefined ? '' : `${within}.`;
  throw new TopologyError(
    `${who}: there is no option ${prefix}${unknown[0]}; there are ${names.join(', ')}`,
  );
}
