import { describe, expect, test } from 'vitest';
import { isInRoom, keepRoom, lasting, type RoomKeeper, roomOf } from '../../../src/value/rooms.ts';

const large = 100_000;
const mostKept = 4 * 1024 * 1024;

function newKeeper(): RoomKeeper<Uint8Array> {
  return { room: undefined };
}

describe('the memory of large values', () => {
  test('is written to again by who kept it, once, if it is enough', () => {
    const keeper = newKeeper();
    const first = roomOf(keeper, large);
    keepRoom(first, keeper);
    expect(roomOf(newKeeper(), large).buffer).not.toBe(first.buffer);
    expect(roomOf(keeper, large + 1).buffer).not.toBe(first.buffer);
    const second = roomOf(keeper, large - 1);
    expect(second.buffer).toBe(first.buffer);
    expect(second.length).toBe(large - 1);
    expect(roomOf(keeper, large).buffer).not.toBe(first.buffer);
  });

  test('is kept by the eight who kept something last, and no more than 4 MiB by each', () => {
    const keepers = Array.from({ length: 9 }, newKeeper);
    for (const keeper of keepers) keepRoom(roomOf(keeper, large), keeper);
    const keeping = keepers.map(({ room }) => room !== undefined);
    expect(keeping).toEqual([false, ...Array.from({ length: 8 }, () => true)]);
    const greedy = newKeeper();
    keepRoom(roomOf(greedy, mostKept + 1), greedy);
    expect(greedy.room).toBeUndefined();
  });

  test('is left to a value that is to last by a copy, and only if it may be written to again', () => {
    const value = roomOf(newKeeper(), large);
    expect(isInRoom(value)).toBe(true);
    expect(lasting(value).buffer).not.toBe(value.buffer);
    const huge = roomOf(newKeeper(), mostKept + 1);
    expect(isInRoom(huge)).toBe(false);
    expect(lasting(huge)).toBe(huge);
  });
});
