import { randomInt } from 'node:crypto';

/** Which random schedules to run, and how to run one of them again. */
export interface Schedules {
  readonly count: number;
  /** Schedule number `index` has the seed `first + index`. */
  readonly first: number;
}

/** HANDOVER_SEED: the first seed, otherwise a fresh one. HANDOVER_SCHEDULES: how many. */
export function schedules(count: number): Schedules {
  const { HANDOVER_SEED, HANDOVER_SCHEDULES } = process.env;
  return {
    count: HANDOVER_SCHEDULES === undefined ? count : wholeNumber(HANDOVER_SCHEDULES),
    first: HANDOVER_SEED === undefined ? randomInt(2 ** 32) : wholeNumber(HANDOVER_SEED),
  };
}

export function seedOf({ first }: Schedules, index: number): number {
  return (first + index) % 2 ** 32;
}

/** The line that runs one schedule again. */
export function howToRepeat(seed: number, file: string): string {
  return `HANDOVER_SEED=${seed} HANDOVER_SCHEDULES=1 npx vitest run ${file}`;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`expected a whole number, got ${JSON.stringify(text)}`);
}
