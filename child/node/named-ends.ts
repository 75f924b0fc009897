import { TopologyError } from '../../src/errors.ts';
import type { Given } from './connection.ts';

/** The ends as properties. A name that was not given is an error that shows those that were. */
export function namedEnds<Ends extends object>({ settings, ends }: Given): Ends {
  return new Proxy(Object.fromEntries(ends) as Ends, {
    get(target, name, receiver) {
      // Whether it is a promise is asked of everything that is awaited.
      if (typeof name === 'symbol' || name === 'then' || name in target) {
        return Reflect.get(target, name, receiver);
      }
      const names = [...ends.keys()].map((end) => `"${end}"`).join(', ') || 'none';
      throw new TopologyError(
        `stage "${settings.stage}" was given no end "${name}"; it has: ${names}. The names are those in \`ends\` where the stage is made`,
      );
    },
  });
}
