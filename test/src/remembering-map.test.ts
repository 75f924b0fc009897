import { describe, expect, it } from 'vitest';
import { RememberingMap } from '../../src/remembering-map.ts';

describe('RememberingMap', () => {
  it('tells of what was looked up last what is true now', () => {
    const map = new RememberingMap<number, string>();
    expect(map.get(1)).toBeUndefined();
    map.set(1, 'one');
    expect(map.get(1)).toBe('one');
    map.set(1, 'another');
    expect(map.get(1)).toBe('another');
    map.set(2, 'two');
    expect(map.get(1)).toBe('another');
    map.delete(1);
    expect(map.get(1)).toBeUndefined();
    expect(map.get(2)).toBe('two');
  });

  it('forgets what it has looked up when it is deleted later, and when all is', () => {
    const map = new RememberingMap<number, string>();
    map.set(1, 'one');
    map.set(2, 'two');
    map.delete(1);
    expect(map.get(1)).toBeUndefined();
    map.get(2);
    map.clear();
    expect(map.get(2)).toBeUndefined();
    expect(map.size).toBe(0);
  });
});
