import { expect, test } from 'vitest';
import { describeGo, goStage, startGoEcho } from '../../support/go.ts';
import { supervise } from '../../support/supervision.ts';
import { exact } from '../../support/values.ts';

const mebi = 1024 * 1024;

describeGo('values of a stage in Go', () => {
  test('R10 come there and back exactly as they are', async () => {
    const { supervisor } = supervise();
    const { sender, receiver } = startGoEcho(supervisor);
    const values = [...exact, Date.now(), 2n ** 64n - 1n, -(2n ** 63n), Number.NaN];
    for (const value of values) {
      const sent = sender.send(value);
      expect(await receiver.receive()).toStrictEqual(value);
      await sent;
    }
  });

  test.each([
    [Date.UTC(2026, 6, 1), 'int64', '1782864000000'],
    [2n ** 64n - 1n, 'uint64', '0xffffffffffffffff'],
    [1.5, 'float64', '1.5'],
    [Number.NaN, 'float64', 'NaN'],
    ['é', 'string', '"é"'],
    [new Uint8Array([0, 255]), '[]uint8', '[]byte{0x0, 0xff}'],
    [null, '<nil>', '<nil>'],
    [true, 'bool', 'true'],
    [[1, [2]], '[]interface {}', '[]interface {}{1, []interface {}{2}}'],
    [
      { a: { b: 1 } },
      'map[string]interface {}',
      'map[string]interface {}{"a":map[string]interface {}{"b":1}}',
    ],
    [
      new Date(-1),
      'time.Time',
      'time.Date(1969, time.December, 31, 23, 59, 59, 999000000, time.UTC)',
    ],
  ])('§5.1 %o is %s %s', async (value, type, shown) => {
    const { supervisor, book } = supervise();
    const { sender, receiver } = startGoEcho(supervisor, 'say-types');
    const sent = sender.send(value);
    expect(await receiver.receive()).toStrictEqual(value);
    await sent;
    const { line } = await book.until('echo', type);
    expect(line).toBe(`${type} ${shown}`.slice(0, type.length + 81));
  });

  test.each([1, 50])('R5 of %i MiB come there and back', async (size) => {
    const { supervisor } = supervise();
    const { sender, receiver } = startGoEcho(supervisor);
    const value = new Uint8Array(size * mebi).fill(0xc1);
    const sent = sender.send(value);
    const back = (await receiver.receive()) as Uint8Array;
    expect(Buffer.compare(back, value)).toBe(0);
    await sent;
  });

  test('R4 §5.3 §5.5 that cannot travel unchanged, or be read as their type, are refused with their path, and it goes on', async () => {
    const { supervisor, book } = supervise({ maxValueBytes: mebi });
    const values = supervisor.channel<unknown>('values');
    const numbers = supervisor.channel<unknown>('numbers');
    supervisor.stage('sender', {
      ...goStage('refuse-values'),
      ends: { output: values.sender, input: numbers.receiver },
    });
    const moved = (await values.receiver.receive()) as { close(): void };
    expect(await values.receiver.receive()).toBe(Number.NaN);
    moved.close();
    await book.until('sender', 'it has 2000005 bytes');
    expect(book.printed('sender')).toEqual([
      'the value for "values" cannot be sent: a chan int, which is of this process alone (handover.Open makes a channel that can travel) at $.items[0].tags',
      'the value for "values" cannot be sent: a complex128, which has no form that could travel at $.sum',
      'the value for "values" cannot be sent: a string that is not UTF-8 (send bytes as []byte) at $',
      'the value for "values" cannot be sent: the sender of "moved", which was given to the receiver of "values" (send a Clone instead) at $',
      expect.stringMatching(
        /a strings\.Builder, whose field addr is not exported and would not arrive/,
      ),
      'the value for "values" cannot be sent: it has 2000005 bytes, more than the 1048576 that one value may have (maxValueBytes of the supervisor). Send it in parts, or send where it can be found',
    ]);
    await expect(numbers.sender.send(128)).rejects.toMatchObject({
      code: 'VALUE_REFUSED',
      message: expect.stringContaining('the number 128, which is no int8, at $'),
    });
    await expect(numbers.sender.send([1])).rejects.toMatchObject({ code: 'VALUE_REFUSED' });
    await numbers.sender.send(127);
    numbers.sender.close();
    await supervisor.finished();
    expect(book.printed('sender').at(-1)).toBe('number 127');
  });
});
