/** When a process that ended is started again, and how often: the words of it, and their defaults. */
import { checkKnown, type NamesOf } from '../../src/ends/known-options.ts';
import { TopologyError } from '../../src/errors.ts';

/** `on-failure`: after a crash. `always`: also when it ended well. */
export type RestartWhen = 'never' | 'on-failure' | 'always';

/** How long to wait before a restart. */
export interface BackoffOptions {
  /** Before the second restart within the period, in milliseconds; the first comes at once. Default 100. */
  readonly first?: number;
  /** Each wait is so many times the last. Default 2. */
  readonly factor?: number;
  /** Never longer than this, in milliseconds. Default 30,000. */
  readonly most?: number;
  /** By which part of it a wait may be shorter, at random. Default 0.5. */
  readonly jitter?: number;
}

/** How many restarts are too many. */
export interface IntensityOptions {
  /**
   * So many restarts within the period are allowed; with one more the group has failed. Those of a process that
   * has since taken a value, and got over it, count no more. Default 10.
   */
  readonly restarts?: number;
  /** The period, in milliseconds. Default 60,000. */
  readonly within?: number;
  readonly backoff?: BackoffOptions;
}

export interface RestartOptions extends IntensityOptions {
  /** Default `on-failure`. */
  readonly when?: RestartWhen;
}

/**
 * Who is started again besides a member that failed. `one-for-one`: nobody. `rest-for-one`: those that were
 * made after it. `one-for-all`: all.
 */
export type Strategy = 'one-for-one' | 'rest-for-one' | 'one-for-all';

export interface GroupOptions extends IntensityOptions {
  /** Default `one-for-one`. */
  readonly strategy?: Strategy;
}

export interface Backoff {
  readonly first: number;
  readonly factor: number;
  readonly most: number;
  readonly jitter: number;
}

export interface Intensity {
  readonly restarts: number;
  readonly within: number;
  readonly backoff: Backoff;
}

const whens: readonly RestartWhen[] = ['never', 'on-failure', 'always'];
const strategies: readonly Strategy[] = ['one-for-one', 'rest-for-one', 'one-for-all'];

/** @throws TopologyError when it is not one of the words */
export function whenOf(who: string, restart: RestartWhen | RestartOptions): RestartWhen {
  if (typeof restart !== 'object') return oneOf(whens, restart, `${who}: restart`);
  checkKnown(who, restart, restartNames, 'restart');
  return oneOf(whens, restart.when ?? 'on-failure', `${who}: restart.when`);
}

/** @throws TopologyError when it is not one of the words */
export function strategyOf(who: string, options: GroupOptions): Strategy {
  checkKnown(who, options, groupNames);
  const { strategy = 'one-for-one' } = options;
  return oneOf(strategies, strategy, `${who}: strategy`);
}

/** @throws TopologyError when a number makes no sense */
export function intensityOf(
  who: string,
  { restarts = 10, within = 60_000, backoff = {} }: IntensityOptions,
): Intensity {
  checkKnown(who, backoff, backoffNames, 'backoff');
  const { first = 100, factor = 2, most = 30_000, jitter = 0.5 } = backoff;
  const check = (name: string, value: number, least: number, highest: number) => {
    if (typeof value === 'number' && value >= least && value <= highest) return;
    throw new TopologyError(
      `${who}: ${name} must be a number from ${least}${highest === Number.POSITIVE_INFINITY ? ' on' : ` to ${highest}`}, not ${value}`,
    );
  };
  check('restarts', restarts, 0, Number.POSITIVE_INFINITY);
  check('within', within, 1, Number.POSITIVE_INFINITY);
  check('backoff.first', first, 0, longestWait);
  check('backoff.factor', factor, 1, 1_000);
  check('backoff.most', most, 0, longestWait);
  check('backoff.jitter', jitter, 0, 1);
  return { restarts, within, backoff: { first, factor, most, jitter } };
}

const intensityNames: NamesOf<IntensityOptions> = { restarts: true, within: true, backoff: true };
const restartNames: NamesOf<RestartOptions> = { when: true, ...intensityNames };
const groupNames: NamesOf<GroupOptions> = { strategy: true, ...intensityNames };
const backoffNames: NamesOf<BackoffOptions> = {
  first: true,
  factor: true,
  most: true,
  jitter: true,
};

/** In milliseconds: what a timer can wait. */
const longestWait = 2 ** 31 - 1;

function oneOf<T extends string>(words: readonly T[], word: unknown, what: string): T {
  const known = words.find((one) => one === word);
  if (known !== undefined) return known;
  throw new TopologyError(`${what} must be one of ${words.join(', ')}, not ${String(word)}`);
}
