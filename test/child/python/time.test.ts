import { expect, test } from 'vitest';
import { channelShows } from '../../support/conditions.ts';
import { rejection } from '../../support/failures.ts';
import { describePython, pythonCode, pythonStage } from '../../support/python.ts';
import { supervise } from '../../support/supervision.ts';

describePython('a stage in Python that gives up', () => {
  test('R4 tries, and waits for as long as it likes; what it did not send, nobody gets', async () => {
    const { supervisor, book } = supervise();
    const input = supervisor.channel<string>('input');
    const output = supervisor.channel<string>('output');
    supervisor.stage('impatient', {
      ...pythonStage('give_up'),
      ends: { input: input.receiver, output: output.sender },
    });
    await book.until('impatient', 'ready');
    expect(book.printed('impatient').slice(0, 4)).toEqual([
      'try_send False',
      'try_receive None',
      "send TIMED_OUT 0.05 {'unsent': 1} 0 True",
      'receive TIMED_OUT 0.05 None 0 True',
    ]);
    await input.sender.send('a value');
    expect(await output.receiver.receive()).toBe('in time');
    await supervisor.finished();
    expect(book.printed('impatient').at(-1)).toBe('late a value');
  });
});

describePython('the end of a channel, in a stage in Python', () => {
  test('R8 is an error with its code, and says whether all ended well', async () => {
    const { supervisor, book } = supervise();
    const input = supervisor.channel<string>('input');
    const output = supervisor.channel<string>('output');
    supervisor.stage('crashing', {
      command: ['sh', '-c', 'exit 3'],
      ends: { values: input.sender },
    });
    supervisor.stage('seeing', {
      ...pythonStage('see_ends'),
      ends: { input: input.receiver, output: output.sender },
    });
    output.receiver.close();
    await rejection(supervisor.finished());
    expect(book.printed('seeing')).toEqual([
      'input',
      'input CHANNEL_BROKEN None StageFailedError 3',
      'output',
      "output CHANNEL_ENDED {'unsent': 1} NoneType None",
      expect.stringMatching(
        /^END_CLOSED cannot send on "output": this end was closed here.* True$/,
      ),
      expect.stringMatching(
        /^KeyError .*stage "seeing" no end named "lines", but: "input", "output"/,
      ),
      expect.stringMatching(/^AttributeError .*no end named "lines", but: "input", "output"/),
    ]);
  });

  test('R8 a receive that waits in one thread comes back when another closes its end', async () => {
    const { supervisor, book } = supervise();
    const input = supervisor.channel<string>('input');
    supervisor.stage('closing', {
      ...pythonStage('close_while_waiting'),
      ends: { input: input.receiver },
    });
    await supervisor.finished();
    expect(book.printed('closing')).toEqual(['waiting END_CLOSED']);
  });

  test('R8 a process that ends by an exception breaks what it had, and shows the exception', async () => {
    const { supervisor } = supervise();
    const output = supervisor.channel<string>('output');
    supervisor.stage('raising', {
      ...pythonCode('from handover import stage\nwith stage() as ends: 1 / 0'),
      ends: { output: output.sender },
    });
    expect(await rejection(output.receiver.receive())).toMatchObject({
      code: 'CHANNEL_BROKEN',
      cause: {
        exitCode: 1,
        stderr: expect.arrayContaining(['ZeroDivisionError: division by zero']),
      },
    });
    await rejection(supervisor.finished());
  });
});

describePython('select, in a stage in Python', () => {
  test('R6 one guard has an effect, be it of a time, a receive, a send or an end', async () => {
    const { supervisor, book } = supervise();
    const left = supervisor.channel<number>('left');
    const right = supervisor.channel<number>('right');
    const output = supervisor.channel<string>('output');
    supervisor.stage('choosing', {
      ...pythonStage('select_some'),
      ends: { left: left.receiver, right: right.receiver, output: output.sender },
    });
    await book.until('choosing', 'ready');
    expect(book.printed('choosing').slice(0, 2)).toEqual([
      "Chosen(guard='otherwise', value=None, is_ended=False)",
      "Chosen(guard='late', value=None, is_ended=False)",
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
    const said = book.printed('choosing').slice(3);
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
});
