import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ChannelBrokenError } from 'handover';
import { expect, test } from 'vitest';
import { channelShows } from '../../support/conditions.ts';
import { describeRust, rustStage } from '../../support/rust.ts';
import { supervise } from '../../support/supervision.ts';

describeRust('a stage in Rust', () => {
  test('R1 R5 a send to one that is stuck in its first value resolves for that alone', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('stuck', {
      ...rustStage('take_some_and_block', '1'),
      ends: { input: values.receiver },
    });
    let sent = 0;
    const sends = Array.from({ length: 100 }, (_, value) =>
      values.sender.send(value).then(() => sent++),
    );
    const outcomes = Promise.allSettled(sends);
    await book.until('stuck', 'stuck');
    await sends[0];
    expect(supervisor.statistics().get('values')).toMatchObject({ taken: 1, inHand: 0 });
    expect(sent).toBe(1);

    await supervisor.stop({ drain: 0, terminate: 0 });
    const failures = (await outcomes).flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );
    expect(failures).toHaveLength(99);
    expect(failures.every((failure) => failure instanceof ChannelBrokenError)).toBe(true);
    expect(failures.every(({ attempts }) => attempts === 0)).toBe(true);
  });

  test('R3 values come in the order in which they were sent, and the end after the last', async () => {
    const { supervisor } = supervise();
    const there = supervisor.channel<number>('there');
    const back = supervisor.channel<number>('back');
    supervisor.stage('between', {
      ...rustStage('pass_on', 'plain'),
      ends: { input: there.receiver, output: back.sender },
    });
    const all = Promise.all(Array.from({ length: 300 }, (_, value) => there.sender.send(value)));
    for (let value = 0; value < 300; value++) expect(await back.receiver.receive()).toBe(value);
    await all;
    there.sender.close();
    await expect(back.receiver.receive()).rejects.toMatchObject({ code: 'CHANNEL_ENDED' });
    expect((await supervisor.finished()).stages).toMatchObject([{ outcome: 'ended' }]);
  });

  test('R6 selects what does not wait, what has come, what comes first, and each end', async () => {
    const { supervisor, book } = supervise();
    const [left, right] = [supervisor.channel<number>('left'), supervisor.channel<number>('right')];
    const output = supervisor.channel<string>('output');
    supervisor.stage('selecting', {
      ...rustStage('select_some'),
      ends: { left: left.receiver, right: right.receiver, output: output.sender },
    });
    await book.until('selecting', 'ready');
    await left.sender.send(1);
    await right.sender.send(2);
    expect(await output.receiver.receive()).toBe('sent');
    left.sender.close();
    await right.sender.send(3);
    right.sender.close();
    await supervisor.finished();
    expect(book.printed('selecting')).toEqual([
      'otherwise',
      'late',
      'come',
      'a time alone',
      'TOPOLOGY',
      'ready',
      'left 1',
      'right 2',
      'right 3',
      'over',
    ]);
  });

  test('R3 R5 send_all draws no more than its window has room for, and all are taken in order', async () => {
    const { supervisor, book } = supervise();
    const numbers = supervisor.channel<number>('numbers');
    supervisor.stage('many', {
      ...rustStage('send_many', '20', '4'),
      ends: { output: numbers.sender },
    });
    await channelShows(supervisor, 'numbers', { waitingSenders: 4 });
    expect(book.printed('many')).toEqual([1, 2, 3, 4].map((number) => `drawn ${number}`));
    for (let number = 1; number <= 20; number++) {
      expect(await numbers.receiver.receive()).toBe(number);
    }
    await supervisor.finished();
    expect(book.printed('many').at(-1)).toBe('all 20');
  });

  test('R4 send_all says what became of each value when one is not taken', async () => {
    const { supervisor, book } = supervise();
    const numbers = supervisor.channel<number>('numbers', { maxAttempts: 1 });
    supervisor.stage('many', {
      ...rustStage('send_many', '1000', '4'),
      ends: { output: numbers.sender },
    });
    await channelShows(supervisor, 'numbers', { waitingSenders: 4 });
    for await (const work of numbers.receiver.extended()) {
      if (work.value < 5) continue;
      await channelShows(supervisor, 'numbers', { waitingSenders: 3 });
      work.fail(new Error('not this one'));
      break;
    }
    await supervisor.finished();
    expect(book.printed('many').slice(-3)).toEqual([
      'of 8 taken 4 LOST',
      'not [(5, 6, 0), (6, 7, 0), (7, 8, 0)]',
      'maybe [(4, 5, 1)]',
    ]);
  });

  test('R4 send_all has a time for each value, from when all before it were taken', async () => {
    const { supervisor, book } = supervise();
    const numbers = supervisor.channel<number>('numbers');
    supervisor.stage('many', {
      ...rustStage('send_many', '10', '3', '50'),
      ends: { output: numbers.sender },
    });
    await supervisor.finished();
    expect(book.printed('many').slice(-3)).toEqual([
      'of 3 taken 0 TIMED_OUT',
      'not [(0, 1, 0), (1, 2, 0), (2, 3, 0)]',
      'maybe []',
    ]);
  });

  test('is told what it asks for wrongly, in words', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('asking', { ...rustStage('ask_wrongly'), ends: { output: values.sender } });
    await supervisor.finished();
    expect(book.printed('asking')).toEqual([
      'TOPOLOGY: the supervisor gave stage "asking" no end named "ouput", but: "output"',
      'TOPOLOGY: the end "output" of stage "asking" is a sender, not a receiver',
      'TOPOLOGY: the end "output" of stage "asking" was handed out already: clone it',
      expect.stringMatching(/^TOPOLOGY: channel "a": .* at most 1024, not 2000\. Let the program/),
      expect.stringMatching(/^TOPOLOGY: channel "b": overflow "drop-oldest" needs a capacity/),
      expect.stringMatching(/^TOPOLOGY: channel "c": max_attempts must be 1 or more/),
      '1',
    ]);
  });

  test('§1.5 that no supervisor started says so, and fails', async () => {
    const [program = '', ...args] = rustStage('pass_on').command;
    const alone = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const said: string[] = [];
    alone.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
    const [code] = await once(alone, 'close');
    expect(code).toBe(1);
    expect(said.join('')).toMatch(/^no supervisor started this process, so it has no ends\. Start/);
  });
});
