import { expect, test } from 'vitest';
import { describePython, pythonStage } from '../../support/python.ts';
import { startPythonEcho } from '../../support/python-echo.ts';
import { supervise } from '../../support/supervision.ts';
import { exact } from '../../support/values.ts';

const mebi = 1024 * 1024;

/** Python's moments are from the year 1 to 9999. */
const fits = (value: unknown) => !(value instanceof Date) || Math.abs(value.getTime()) < 6.2e13;

describePython('values of a stage in Python', () => {
  test('R10 come there and back exactly as they are', async () => {
    const { supervisor } = supervise();
    const { sender, receiver } = startPythonEcho(supervisor);
    const values = [...exact.filter(fits), Date.now(), 2n ** 63n - 1n, -(2n ** 63n), Number.NaN];
    for (const value of values) {
      const sent = sender.send(value);
      expect(await receiver.receive()).toStrictEqual(value);
      await sent;
    }
  });

  test.each([
    [Date.UTC(2026, 6, 1), 'int', '1782864000000'],
    [2n ** 63n - 1n, 'int', '9223372036854775807'],
    [1.5, 'float', '1.5'],
    [Number.NaN, 'float', 'nan'],
    [-0, 'float', '-0.0'],
    ['é', 'str', "'é'"],
    [new Uint8Array([0, 255]), 'bytes', String.raw`b'\x00\xff'`],
    [null, 'NoneType', 'None'],
    [true, 'bool', 'True'],
    [[1, [2]], 'list', '[1, [2]]'],
    [{ a: { b: 1 } }, 'dict', "{'a': {'b': 1}}"],
    [
      new Date(-1),
      'datetime',
      'datetime.datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=datetime.timezone.utc)',
    ],
  ])('§5.1 %o is %s %s', async (value, type, shown) => {
    const { supervisor, book } = supervise();
    const { sender, receiver } = startPythonEcho(supervisor, 'say_types');
    const sent = sender.send(value);
    expect(await receiver.receive()).toStrictEqual(value);
    await sent;
    const { line } = await book.until('echo', type);
    expect(line).toBe(`${type} ${shown}`.slice(0, type.length + 81));
  });

  test.each([1, 50])('R5 of %i MiB come there and back', async (size) => {
    const { supervisor } = supervise();
    const { sender, receiver } = startPythonEcho(supervisor);
    const value = new Uint8Array(size * mebi).fill(0xc1);
    const sent = sender.send(value);
    const back = (await receiver.receive()) as Uint8Array;
    expect(Buffer.compare(back, value)).toBe(0);
    await sent;
  });

  test('R4 §5.3 that cannot travel unchanged are refused with their path, and it goes on', async () => {
    const { supervisor, book } = supervise({ maxValueBytes: mebi });
    const values = supervisor.channel<unknown>('values');
    supervisor.stage('sender', {
      ...pythonStage('refuse_values'),
      ends: { output: values.sender },
    });
    const moved = (await values.receiver.receive()) as { close(): void };
    expect(await values.receiver.receive()).toBe('well');
    moved.close();
    await supervisor.finished();
    expect(book.printed('sender')).toEqual([
      expect.stringMatching(/^\$\.a\[3\] .* an int of more than 64 bits .* at \$\.a\[3\] True$/),
      expect.stringMatching(/^\$\.when .*datetime without a time zone.*timezone\.utc.* True$/),
      expect.stringMatching(/^\$\[0\] .*a tuple.*send list\(value\).* True$/),
      expect.stringMatching(/^\$ .*a key that is no str.* True$/),
      expect.stringMatching(
        /^\$ .*which was given to the receiver of "values" \(send a clone\(\).* True$/,
      ),
      '2000005 1048576',
    ]);
  });

  test('R4 §5.5 that it cannot hold are refused, and it goes on', async () => {
    const { supervisor } = supervise();
    const { sender, receiver } = startPythonEcho(supervisor);
    await expect(sender.send(new Date(8.64e15))).rejects.toMatchObject({
      code: 'VALUE_REFUSED',
      message: expect.stringContaining('a moment that no datetime can hold'),
    });
    const sent = sender.send('next');
    expect(await receiver.receive()).toBe('next');
    await sent;
  });
});
