import { expect, test } from 'vitest';
import { channelShows } from '../../support/conditions.ts';
import { rejection } from '../../support/failures.ts';
import { describeGo, goStage } from '../../support/go.ts';
import { supervise } from '../../support/supervision.ts';

describeGo('a stage in Go that gives up', () => {
  test('R4 tries, and waits for as long as its context does; what it did not send, nobody gets', async () => {
    const { supervisor, book } = supervise();
    const input = supervisor.channel<string>('input');
    const output = supervisor.channel<string>('output');
    supervisor.stage('impatient', {
      ...goStage('give-up'),
      ends: { input: input.receiver, output: output.sender },
    });
    await book.until('impatient', 'ready');
    expect(book.printed('impatient').slice(0, 5)).toEqual([
      'false <nil>',
      ' false <nil>',
      'send on "output" timed out: context deadline exceeded 1 0 true true',
      'receive on "input" was aborted: context canceled: no more of this true true',
      'send on "output" was aborted: context canceled: no more of this',
    ]);
    await input.sender.send('a value');
    expect(await output.receiver.receive()).toBe('in time');
    await supervisor.finished();
    expect(book.printed('impatient').at(-1)).toBe('late a value');
  });
});

describeGo('the end of a channel, in a stage in Go', () => {
  test('R8 R9 is an error with its code, and says whether all ended well', async () => {
    const { supervisor, book } = supervise();
    const input = supervisor.channel<string>('input');
    const output = supervisor.channel<number>('output');
    supervisor.stage('crashing', {
      command: ['sh', '-c', 'exit 3'],
      ends: { values: input.sender },
    });
    supervisor.stage('seeing', {
      ...goStage('see-ends'),
      ends: { input: input.receiver, output: output.sender },
    });
    output.receiver.close();
    await rejection(supervisor.finished());
    expect(book.printed('seeing')).toEqual([
      'CHANNEL_BROKEN true true 3',
      'CHANNEL_ENDED cannot send on "output": every receiver is closed, so nobody can take a value any more',
      'cannot send on "output": this end was closed here. Clone an end before you close it, if it is needed further',
      'END_CLOSED',
      'END_CLOSED',
    ]);
  });

  test('R8 a receive that waits in one goroutine comes back when another closes its end', async () => {
    const { supervisor, book } = supervise();
    const input = supervisor.channel<string>('input');
    supervisor.stage('closing', {
      ...goStage('close-while-waiting'),
      ends: { input: input.receiver },
    });
    await supervisor.finished();
    expect(book.printed('closing')).toEqual(['waiting END_CLOSED']);
  });

  test.each([
    ['error', 1, 'no good'],
    ['panic', 2, 'panic: no good'],
  ])(
    'R8 a process that ends by an %s breaks what it had, and shows it',
    async (how, exitCode, line) => {
      const { supervisor } = supervise();
      const output = supervisor.channel<string>('output');
      supervisor.stage('failing', { ...goStage('fail', how), ends: { output: output.sender } });
      expect(await rejection(output.receiver.receive())).toMatchObject({
        code: 'CHANNEL_BROKEN',
        cause: { exitCode, stderr: expect.arrayContaining([line]) },
      });
      await rejection(supervisor.finished());
    },
  );
});

describeGo('Select, in a stage in Go', () => {
  test('R6 one guard has an effect, be it of a time, a receive, a send or an end', async () => {
    const { supervisor, book } = supervise();
    const left = supervisor.channel<number>('left');
    const right = supervisor.channel<number>('right');
    const output = supervisor.channel<string>('output');
    supervisor.stage('choosing', {
      ...goStage('select-some'),
      ends: { left: left.receiver, right: right.receiver, output: output.sender },
    });
    await book.until('choosing', 'ready');
    expect(book.printed('choosing').slice(0, 5)).toEqual([
      'otherwise true',
      'late true',
      'late true',
      'late true',
      '<nil> select on "left" timed out: context deadline exceeded',
    ]);
    await channelShows(supervisor, 'output', { waitingSenders: 1 });
    await left.sender.send(1);
    await right.sender.send(2);
    expect(await output.receiver.receive()).toBe('sent');
    await right.sender.send(3);
    left.sender.close();
    await right.sender.send(4);
    right.sender.close();
    await supervisor.finished();
    const said = book.printed('choosing').slice(6);
    expect(said.filter((line) => line !== 'left has ended')).toEqual([
      'left 1',
      'right 2',
      'output',
      'right 3',
      'right 4',
      'right has ended',
    ]);
    expect(said).toContain('left has ended');
  });

  test('R6 in order it takes the first of the ready guards as they are written, each time', async () => {
    const { supervisor, book } = supervise();
    const [urgent, usual] = [
      supervisor.channel<number>('urgent'),
      supervisor.channel<number>('usual'),
    ];
    const go = supervisor.channel<string>('go');
    supervisor.stage('choosing', {
      ...goStage('select-in-order'),
      ends: { usual: usual.receiver, urgent: urgent.receiver, go: go.receiver },
    });
    const sent = [usual.sender, urgent.sender].map((sender) => sender.sendAll(Array(20).keys()));
    await channelShows(supervisor, 'usual', { waitingSenders: 20 });
    await channelShows(supervisor, 'urgent', { waitingSenders: 20 });
    await go.sender.send('go');
    await Promise.all(sent);
    urgent.sender.close();
    usual.sender.close();
    await supervisor.finished();
    expect(book.printed('choosing')).toEqual([
      ...Array(20).fill('urgent'),
      ...Array(20).fill('usual'),
      'urgent has ended',
      'usual has ended',
    ]);
  });
});
