import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';
import { messageNumbers } from '../../../src/wire/message-numbers.ts';
import { formatsIn } from '../value/formats.ts';
import { headerOf, throughLink } from './links.ts';
import { fromProcess, fromSupervisor } from './messages.ts';

const ofProcess = Object.entries<fc.Arbitrary<FromProcess>>(fromProcess);
const ofSupervisor = Object.entries<fc.Arbitrary<FromSupervisor>>(fromSupervisor);

describe('§3 every message arrives as it was sent', () => {
  test.each(ofProcess)('§3 %s, from a process', (_, messages) => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(throughLink('process', message)).toStrictEqual(message);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(ofSupervisor)('§3 %s, from a supervisor', (_, messages) => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(throughLink('supervisor', message)).toStrictEqual(message);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([0, 1, 15, 16, 20_000])('§3.8 an offer of %i guards', (count) => {
    const guards = Array.from({ length: count }, (_, end) => ({ end: end % 100 }));
    const message: FromProcess = { type: 'offer', op: 1, isPoll: false, isPriority: true, guards };
    expect(throughLink('process', message)).toStrictEqual(message);
  });

  test('§3.8 an offer with many values', () => {
    const guards = Array.from({ length: 200 }, (_, end) =>
      end % 3 === 0 ? { end } : { end, value: new Uint8Array(end).fill(end) },
    );
    const message: FromProcess = { type: 'offer', op: 1, isPoll: true, isPriority: false, guards };
    expect(throughLink('process', message)).toStrictEqual(message);
  });
});

describe('§3.2 every language can read a header', () => {
  test('§3.2 it is plain msgpack without floats', () => {
    const headers = fc.oneof(
      ...ofProcess.map(([, some]) => some.map((message) => headerOf('process', message))),
      ...ofSupervisor.map(([, some]) => some.map((message) => headerOf('supervisor', message))),
    );
    fc.assert(
      fc.property(headers, (header) => {
        const formats = new Set(formatsIn(header).map(({ format }) => format));
        for (const odd of ['float', 'bin', 'ext', 'bool'] as const) {
          expect(formats.has(odd), odd).toBe(false);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('§3.2 counters of any age are integers', () => {
    const statistics = {
      capacity: 2 ** 33,
      senders: 1,
      receivers: 1,
      waitingSenders: 0,
      waitingReceivers: 0,
      buffered: 0,
      inHand: 0,
      taken: 2 ** 40,
      discarded: 2 ** 41,
      isDirect: true,
      deadLetters: 2 ** 42,
    };
    const message: FromSupervisor = { type: 'inspected', query: 1, statistics };
    const formats = formatsIn(headerOf('supervisor', message)).map(({ format }) => format);
    expect(formats).not.toContain('float');
    expect(throughLink('supervisor', message)).toStrictEqual(message);
  });

  test('§3.1 the numbers of the two directions do not meet', () => {
    for (const type of Object.keys(fromProcess)) {
      expect(messageNumbers[type as FromProcess['type']]).toBeLessThan(64);
    }
    for (const type of Object.keys(fromSupervisor)) {
      expect(messageNumbers[type as FromSupervisor['type']]).toBeGreaterThanOrEqual(64);
    }
    expect(new Set(Object.values(messageNumbers)).size).toBe(Object.keys(messageNumbers).length);
  });
});

describe('§3.5 a header is never too long for its frame', () => {
  const long = 'ä😀'.repeat(40_000);
  const base = { op: 1, guard: 0, attempts: 0 } as const;
  const failure = { code: long, message: long, stage: long, signal: long };
  const messages: Record<string, FromSupervisor> = {
    'how many attempts failed': {
      type: 'failed',
      ...base,
      reason: {
        kind: 'lost',
        failures: Array(30).fill({ ...failure, stderr: Array(20).fill(long) }),
      },
    },
    'the reason of a refusal': { type: 'refusal', why: long },
    'why a value was refused': { type: 'failed', ...base, reason: { kind: 'refused', why: long } },
    'a failure': {
      type: 'failed',
      ...base,
      reason: { kind: 'broken', failure: { ...failure, stderr: Array(20).fill(long) } },
    },
    'many lines of stderr': {
      type: 'failed',
      ...base,
      reason: {
        kind: 'broken',
        failure: { code: 'X', message: 'y', stderr: Array(20_000).fill('line') },
      },
    },
  };
  test.each(Object.entries(messages))('§3.5 %s is cut', (_, message) => {
    expect(throughLink('supervisor', message).type).toBe(message.type);
  });

  test('§3.5 so is why a process refuses a value', () => {
    const refused: FromProcess = { type: 'refused', op: 1, why: long };
    expect(throughLink('process', refused)).toMatchObject({ type: 'refused', op: 1 });
  });

  test('§3.5 of many lines the last are kept', () => {
    const stderr = Array.from({ length: 20_000 }, (_, number) => `line ${number}`);
    const message = throughLink('supervisor', {
      type: 'failed',
      ...base,
      reason: { kind: 'broken', failure: { code: 'X', message: 'y', stderr } },
    });
    const reason = message.type === 'failed' ? message.reason : undefined;
    const kept = reason?.kind === 'broken' ? (reason.failure.stderr ?? []) : [];
    expect(kept.length).toBeGreaterThan(100);
    expect(kept).toStrictEqual(stderr.slice(-kept.length));
  });

  test('§3.5 what is short enough is not cut', () => {
    const why = 'x'.repeat(1_000);
    expect(throughLink('supervisor', { type: 'refusal', why })).toStrictEqual({
      type: 'refusal',
      why,
    });
  });
});
