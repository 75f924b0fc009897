import { TopologyError } from '../src/errors.ts';

/** @throws TopologyError when it is no whole number of 1 or more */
export function wholeNumber(helper: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new TopologyError(`${helper}: ${name} must be a whole number of 1 or more, not ${value}`);
}

/** @throws RangeError when it is no finite number of 0 or more */
export function milliseconds(helper: string, name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RangeError(
    `${helper}: ${name} must be a number of milliseconds, 0 or more, not ${value}`,
  );
}
