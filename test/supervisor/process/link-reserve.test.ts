import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LinkReserve } from '../../../supervisor/process/link-reserve.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test.runIf(process.platform === 'linux')(
  'R11 what was made ahead is taken once, and what nobody takes is closed',
  () => {
    const before = descriptors();
    const reserve = new LinkReserve();
    reserve.fill();
    expect(descriptors(), 'not at once: others are busy').toBe(before);
    vi.runAllTimers();
    const made = descriptors();
    expect(made).toBeGreaterThan(before);

    const taken = reserve.take();
    expect(descriptors(), 'what was there was taken').toBe(made);
    taken.discard();
    expect(descriptors()).toBe(before);

    reserve.fill();
    vi.runAllTimers();
    reserve.close();
    reserve.fill();
    reserve.close();
    vi.runAllTimers();
    expect(descriptors()).toBe(before);
  },
);

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
