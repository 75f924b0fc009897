import { describe, expect, test } from 'vitest';
import * as errors from '../../src/errors.ts';

const failed: errors.FailedOperation = { operation: 'send', channel: 'lines', value: 'a' };
const failure = { code: 'STAGE_FAILED', message: 'parser exited with code 3', stage: 'parser' };

/** One of each. */
const all: readonly errors.HandoverError[] = [
  new errors.EndClosedError(failed),
  new errors.EndMovedError(failed, 'sender', 'stage "parser"'),
  new errors.ChannelEndedError(failed),
  new errors.ChannelBrokenError(failed, new Error('why')),
  new errors.TimedOutError(failed, 5),
  new errors.AbortedError(failed, 'why'),
  new errors.LostError(failed, [failure]),
  new errors.ValueRefusedError(failed, 'why'),
  new errors.ValueTooLargeError(failed, 2, 1),
  new errors.NotEncodableError(failed, '$', 'a hole'),
  new errors.ContractError(failed, '$', 'must be string'),
  new errors.ContractMismatchError('parser', 'lines', [], 'they differ'),
  new errors.ContractUncheckedError('parser', 'lines', 'hand'),
  new errors.NotAllTakenError(
    'lines',
    1,
    [{ index: 0, value: 'a', attempts: 0 }],
    new Error('why'),
  ),
  new errors.ProtocolError('nonsense'),
  new errors.StageFailedError(failure),
  new errors.RestartsExceededError('stage "parser"', 5, 60_000, [new Error('why')]),
  new errors.UndeliveredError(new Map([['lines', 1]])),
  new errors.StageStoppedError({
    code: 'STAGE_STOPPED',
    message: 'it was stopped',
    stage: 'parser',
  }),
  new errors.DeadlockError('they wait', [], []),
  new errors.LimitError('memoryBytes', 1, 2),
  new errors.HangError('busy', 1),
  new errors.NotDrainedError('they still run', 1, []),
  new errors.TopologyError('wrong'),
  new errors.NotAStageError('nobody started it'),
];

describe('R4 every error', () => {
  test('R4 is here', () => {
    const classes = Object.values(errors).filter(
      (exported) => typeof exported === 'function' && exported.prototype instanceof Error,
    );
    const concrete = all.map((error) => error.constructor);
    const abstract = [errors.HandoverError, errors.OperationError];
    expect(new Set([...concrete, ...abstract])).toEqual(new Set(classes));
  });

  test.each(all)('R4 $name is an Error with a code of its own', (error) => {
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(error.constructor.name);
    expect(error.code).toMatch(/^[A-Z_]+$/);
    expect(all.filter(({ code }) => code === error.code)).toEqual([error]);
    expect(String(error)).toBe(`${error.name}: ${error.message}`);
  });

  const ofOperations = all.filter((error) => error instanceof errors.OperationError);
  test.each(ofOperations)('R4 $name tells the operation, the channel and the value', (error) => {
    expect(error).toMatchObject({ operation: 'send', channel: 'lines', value: 'a', attempts: 0 });
    expect(error.message).toContain('"lines"');
  });

  test.each(ofOperations)('R4 $name hints at nothing where the value was not taken', (error) => {
    expect(error.message).not.toContain('may have been taken');
  });
});

describe('R4 attempts', () => {
  test('R4 above 0 say that the value may have been taken', () => {
    const { message, attempts } = new errors.TimedOutError({ ...failed, attempts: 2 }, 5);
    expect(attempts).toBe(2);
    expect(message).toBe(
      'send on "lines" timed out after 5 ms. It may have been taken: 2 receiver(s) had the value in hand, and failed',
    );
  });

  test('R4 mean nothing for a receive', () => {
    const receive = { operation: 'receive', channel: 'lines', attempts: 2 } as const;
    expect(new errors.TimedOutError(receive, 5).message).toBe(
      'receive on "lines" timed out after 5 ms',
    );
  });
});

describe('R10 a protocol error', () => {
  const shown: readonly (readonly [string, Uint8Array, string])[] = [
    ['text as text', new TextEncoder().encode('it said\n"this"'), '"it said\\n\\"this\\""'],
    ['umlauts as text', new TextEncoder().encode('größer'), '"größer"'],
    ['bytes in hexadecimal', new Uint8Array([0x93, 0, 0xff]), '93 00 ff'],
    ['control characters in hexadecimal', new Uint8Array([0x41, 0x07]), '41 07'],
    ['half a character in hexadecimal', new Uint8Array([0x61, 0xc3]), '61 c3'],
  ];
  test.each(shown)('R10 shows %s', (_, bytes, text) => {
    const error = new errors.ProtocolError('it is wrong', bytes);
    expect(error.message).toBe(`it is wrong: ${text}`);
    expect(error.bytes).toBe(bytes);
  });

  test('R10 shows the first of many bytes, and how many there are', () => {
    const { message } = new errors.ProtocolError('it is wrong', new Uint8Array(200));
    expect(message).toBe(`it is wrong: ${Array(64).fill('00').join(' ')} … (200 bytes)`);
  });

  test('R10 shows text that is cut in the middle of a character as text', () => {
    const bytes = new TextEncoder().encode(`${'a'.repeat(63)}${'ö'.repeat(50)}`);
    const { message } = new errors.ProtocolError('it is wrong', bytes);
    expect(message).toBe(`it is wrong: "${'a'.repeat(63)}" … (163 bytes)`);
  });

  test('R10 without bytes is its sentence', () => {
    expect(new errors.ProtocolError('it is wrong').message).toBe('it is wrong');
  });
});

describe('R9 a stage that failed', () => {
  test('R9 tells what is known of its end', () => {
    const stderr = ['Traceback', 'ValueError'];
    const error = new errors.StageFailedError({ ...failure, exitCode: 3, stderr });
    expect(error).toMatchObject({
      message: 'parser exited with code 3',
      stage: 'parser',
      exitCode: 3,
      signal: undefined,
      stderr,
      held: [],
      others: [],
    });
  });

  test('R9 of which little is known has places for it', () => {
    const error = new errors.StageFailedError({ code: 'STAGE_FAILED', message: 'gone' });
    expect(error).toMatchObject({ stage: 'unknown', exitCode: undefined, stderr: [] });
  });

  test('R9 names those that failed after it, each once', () => {
    const first = new errors.StageFailedError({ ...failure, signal: 'SIGSEGV' });
    const after = ['counter', 'printer', 'counter'].map(
      (stage) => new errors.StageFailedError({ ...failure, stage }),
    );
    const error = first.followedBy(after);
    expect(error).toMatchObject({ stage: 'parser', signal: 'SIGSEGV', others: after });
    expect(error.message).toBe(
      'parser exited with code 3\nafter it failed "counter", "printer" (see others)',
    );
    expect(first.followedBy([])).toBe(first);
  });
});

describe('R5 values that were accepted and found no receiver', () => {
  test('R5 are counted by channel', () => {
    const error = new errors.UndeliveredError(
      new Map([
        ['lines', 3],
        ['words', 1],
      ]),
    );
    expect(error.message).toMatch(/: 3 on "lines", 1 on "words"\. /);
    expect(error.counts.get('lines')).toBe(3);
  });
});
