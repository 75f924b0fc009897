import { TopologyError } from '../../src/errors.ts';

/** What one process of a stage may take. Each may be left out: then there is no such limit, and it costs nothing. */
export interface Limits {
  /** Bytes of JavaScript heap; V8 itself sees to it. At least 8 MiB. Of a module. */
  readonly heapBytes?: number;
  /** Bytes of memory in use (RSS), of the process and its descendants together; looked at ten times a second. */
  readonly memoryBytes?: number;
  /** Milliseconds of a processor over its whole life, of the process and its descendants together. */
  readonly cpuTime?: number;
  /** How many values it takes before another process takes its place. */
  readonly values?: number;
  /** After how many milliseconds another process takes its place. */
  readonly age?: number;
  /** For how many milliseconds the whole process may give no sign of life. At least 100. */
  readonly silence?: number;
  /** For how many milliseconds its main thread may be in one turn, as in an endless loop. At least 100. */
  readonly busy?: number;
}

export interface LimitOptions {
  /**
   * For how many milliseconds a process may have one value in hand without a word, counted from the delivery.
   * Then it is killed, and the value goes back with its attempt.
   */
  readonly deadline?: number;
  /** What more is too much. Who breaches one is killed, with a LimitError or a HangError as the cause. */
  readonly limits?: Limits;
}

/** Both in one, and checked. */
export interface StageLimits extends Limits {
  readonly deadline?: number;
}

/** @throws TopologyError when there is no such limit, or its number makes none */
export function limitsOf(stage: string, { deadline, limits = {} }: LimitOptions): StageLimits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) check(stage, `limits.${name}`, ruleOf(name), value);
  if (deadline === undefined) return Object.fromEntries(given);
  check(stage, 'deadline', milliseconds(1), deadline);
  return { ...Object.fromEntries(given), deadline };
}

interface Rule {
  readonly least: number;
  readonly unit: string;
  readonly isWhole: boolean;
}

const milliseconds = (least: number): Rule => ({ least, unit: 'milliseconds', isWhole: false });
const bytes = (mebibytes: number): Rule => ({
  least: mebibytes * 2 ** 20,
  unit: 'bytes',
  isWhole: true,
});

const rules: Readonly<Record<keyof Limits, Rule>> = {
  heapBytes: bytes(8),
  memoryBytes: bytes(1),
  cpuTime: milliseconds(1),
  values: { least: 1, unit: 'values', isWhole: true },
  age: milliseconds(1),
  silence: milliseconds(100),
  busy: milliseconds(100),
};

function ruleOf(limit: string): Rule | undefined {
  return Object.hasOwn(rules, limit) ? rules[limit as keyof Limits] : undefined;
}

function check(stage: string, option: string, rule: Rule | undefined, value: unknown): void {
  if (rule === undefined) {
    throw new TopologyError(
      `stage "${stage}": there is no ${option}; there are ${Object.keys(rules).join(', ')}`,
    );
  }
  const { least, unit, isWhole } = rule;
  const isNumber = isWhole ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (isNumber && (value as number) >= least) return;
  throw new TopologyError(
    `stage "${stage}": ${option} must be ${isWhole ? 'a whole number of' : ''} ${unit}, ${least} or more, not ${String(value)}`.replace(
      '  ',
      ' ',
    ),
  );
}
