/**
 * What a lap costs the processors: unlike the time that it takes, that hardly depends on what else the machine does.
 * A case runs twice, with some laps and with more; the difference is what the laps between cost, and start,
 * warm-up and end are in neither. Processes that it starts count, and must have ended when it does.
 */
import { execa } from 'execa';

export interface Meter {
  readonly unit: 'instructions' | 'µs of processor time';
  /** Why it is not something better, for people. */
  readonly why: string | undefined;
  /** @returns undefined when the program failed */
  readonly count: (command: readonly string[], laps: number) => Promise<number | undefined>;
}

/** What was counted, by number of laps: one amount for each round. */
export interface Work {
  readonly unit: Meter['unit'];
  readonly few: Count;
  readonly many: Count;
}

interface Count {
  readonly laps: number;
  readonly amounts: readonly number[];
}

/** Of one lap. */
export interface WorkOfLap {
  readonly least: number;
  /** How far it may be off: so far the next one is from the least. Of one round alone nobody knows. */
  readonly doubt: number | undefined;
}

/**
 * Other work on the machine can only add to what is counted. So the least counts, of the runs with few laps and of those
 * with many, each by itself: the least difference would be the one with the most added to its few.
 */
export function ofLap({ few, many }: Work): WorkOfLap {
  const [less, lessNext] = twoLeast(few.amounts);
  const [more, moreNext] = twoLeast(many.amounts);
  const laps = many.laps - few.laps;
  const doubt =
    lessNext === undefined || moreNext === undefined
      ? undefined
      : (lessNext - less + moreNext - more) / laps;
  return { least: (more - less) / laps, doubt };
}

function twoLeast(amounts: readonly number[]): readonly [number, number | undefined] {
  const [least = Number.NaN, next] = amounts.toSorted((a, b) => a - b);
  return [least, next];
}

/** Instructions where the machine counts them for us; else the time of the processors, of user and system together. */
export async function meterHere(): Promise<Meter | undefined> {
  const why = await whyNoInstructions();
  if (why === undefined) return { unit: 'instructions', why, count: instructions };
  const { failed } = await execa('bash', ['-c', 'true'], { reject: false });
  return failed ? undefined : { unit: 'µs of processor time', why, count: processorTime };
}

/**
 * One round more.
 * @param microseconds that a lap takes, about: says how many laps there are, if there was no round before
 * @returns what there was before when the program fails
 */
export async function measureWork(
  { unit, count }: Meter,
  command: readonly string[],
  microseconds: number,
  before: Work = {
    unit,
    few: { laps: lapsIn(short, microseconds), amounts: [] },
    many: { laps: lapsIn(long, microseconds), amounts: [] },
  },
): Promise<Work> {
  const less = await count(command, before.few.laps);
  const more = await count(command, before.many.laps);
  if (less === undefined || more === undefined) return before;
  return { unit, few: withOneMore(before.few, less), many: withOneMore(before.many, more) };
}

/** In microseconds. */
const short = 100_000;
const long = 2_000_000;
const timeout = 60_000;

/** The stopwatch looks at them 32 at a time. */
function lapsIn(time: number, microseconds: number): number {
  return Math.ceil(time / microseconds / 32) * 32;
}

function withOneMore({ laps, amounts }: Count, amount: number): Count {
  return { laps, amounts: [...amounts, amount] };
}

async function whyNoInstructions(): Promise<string | undefined> {
  const { failed, stderr } = await execa('perf', ['stat', '-e', 'instructions', 'true'], {
    reject: false,
  });
  if (failed) return 'there is no perf here, or it may not count';
  return stderr.includes('not supported')
    ? 'perf says that instructions are "not supported" here'
    : undefined;
}

async function instructions(command: readonly string[], laps: number): Promise<number | undefined> {
  const args = ['stat', '-x', ',', '-e', 'instructions', '--', ...command];
  const { failed, stderr } = await execa('perf', args, options(laps));
  const counted = Number(/^(\d+),[^,]*,instructions/m.exec(stderr)?.[1]);
  return failed || !Number.isFinite(counted) ? undefined : counted;
}

/** In microseconds, to the millisecond. */
async function processorTime(
  command: readonly string[],
  laps: number,
): Promise<number | undefined> {
  const script = `TIMEFORMAT='%3U %3S'; time "$@"`;
  const { failed, stderr } = await execa('bash', ['-c', script, 'bash', ...command], options(laps));
  const [, user, system] = /(\d+[.,]\d+) (\d+[.,]\d+)\s*$/.exec(stderr) ?? [];
  if (failed || user === undefined || system === undefined) return undefined;
  return [user, system]
    .map((seconds) => Number(seconds.replace(',', '.')) * 1e6)
    .reduce((sum, one) => sum + one);
}

function options(laps: number) {
  return {
    env: { BENCH_LAPS: String(laps) },
    stdin: 'ignore',
    timeout,
    killDescendants: true,
    reject: false,
  } as const;
}
