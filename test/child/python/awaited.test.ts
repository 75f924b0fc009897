import { expect, test } from 'vitest';
import { describePython, pythonCode, pythonStage } from '../../support/python.ts';
import { startPythonEcho } from '../../support/python-echo.ts';
import { supervise } from '../../support/supervision.ts';

describePython('a stage in Python with asyncio', () => {
  test('R3 gets values in the order in which they were sent, and the end after the last', async () => {
    const { supervisor } = supervise();
    const { sender, receiver } = startPythonEcho(supervisor, 'echo_awaited');
    const values = [...Array(200).keys(), new Uint8Array(3_000_000).fill(7), 'last'];
    const all = Promise.all(values.map((value) => sender.send(value)));
    for (const value of values) expect(await receiver.receive()).toEqual(value);
    await all;
    sender.close();
    expect((await supervisor.finished()).stages).toMatchObject([{ outcome: 'ended' }]);
  });

  test('R4 R6 does many things at once, and calls some of them off', async () => {
    const { supervisor, book } = supervise();
    const input = supervisor.channel<unknown>('input');
    const output = supervisor.channel<number>('output');
    supervisor.stage('all', {
      ...pythonStage('await_all'),
      ends: { input: input.receiver, output: output.sender },
    });
    await book.until('all', 'ready');
    for (let number = 0; number < 100; number++)
      expect(await output.receiver.receive()).toBe(number);
    // What was cancelled has taken nothing.
    await input.sender.send('first');
    await input.sender.send('second');
    input.sender.close();
    await supervisor.finished();
    expect(book.printed('all')).toEqual([
      'try False None',
      "TIMED_OUT {'unsent': 1}",
      'cancelled CancelledError',
      "Chosen(guard='late', value=None, is_ended=False)",
      '1 buffered',
      'ready',
      'input first',
      'work second 1',
      'work second 2',
      'ended',
    ]);
  });

  test('§8.7 that sends for ever ends well when it is asked to', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const lines = [
      'import asyncio',
      'from handover.aio import stage',
      'async def main():',
      '  while True: await (await stage()).output.send(1)',
      'asyncio.run(main())',
    ];
    supervisor.stage('source', {
      ...pythonCode(lines.join('\n')),
      ends: { output: values.sender },
    });
    await values.receiver.receive();
    const stopping = supervisor.stop();
    for await (const _ of values.receiver);
    expect((await stopping).stages).toMatchObject([{ outcome: 'ended' }]);
  });

  test('§8.15 that is recycled finishes what it has, also in a thread, and another goes on', async () => {
    const { supervisor, book } = supervise();
    const there = supervisor.channel<number>('there');
    const back = supervisor.channel<number>('back');
    const stage = supervisor.stage('worker', {
      ...pythonStage('work_in_thread'),
      ends: { input: there.receiver, output: back.sender },
    });
    for (const value of [1, 2]) {
      await there.sender.send(value);
      await book.until('worker', `working on ${value}`);
      stage.recycle();
      expect(await back.receiver.receive()).toBe(value);
    }
    there.sender.close();
    const { stages } = await supervisor.finished();
    expect(stages).toMatchObject([{ outcome: 'ended', restarts: 0, recycled: 2 }]);
  });

  test('§8.19 answers its pulse while its loop runs, and is ended when that computes for ever', async () => {
    const { supervisor, book } = supervise();
    // Asked every eighth of the time: it has answered for longer than that before it stops.
    supervisor.stage('computing', {
      ...pythonStage('answer_pulse', '12'),
      limits: { silence: 10_000, busy: 800 },
    });
    await book.until('computing', 'alive');
    const { line } = await book.untilFailed('computing');
    expect(line).toContain('its main thread did not come back for');
  });
});
