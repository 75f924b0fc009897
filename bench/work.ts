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

/** Of one lap. */
export interface Work {
  readonly unit: Meter['unit'];
  readonly amount: number;
}

/** Instructions where the machine counts them for us; else the time of the processors, of user and system together. */
export async function meterHere(): Promise<Meter | undefined> {
  const why = await whyNoInstructions();
  if (why === undefined) return { unit: 'instructions', why, count: instructions };
  const { failed } = await execa('bash', ['-c', 'true'], { reject: false });
  return failed ? undefined : { unit: 'µs of processor time', why, count: processorTime };
}

/** @param microseconds that a lap takes, about */
export async function measureWork(
  { unit, count }: Meter,
  command: readonly string[],
  microseconds: number,
): Promise<Work | undefined> {
  const few = Math.ceil(short / microseconds);
  const many = Math.ceil(long / microseconds);
  const [less, more] = [await count(command, few), await count(command, many)];
  if (less === undefined || more === undefined) return undefined;
  // Laps are looked at 32 at a time.
  return { unit, amount: (more - less) / (roundedUp(many) - roundedUp(few)) };
}

/** In microseconds. */
const short = 100_000;
const long = 900_000;
const timeout = 60_000;

function roundedUp(laps: number): number {
  return Math.ceil(laps / 32) * 32;
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
