import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { groupGone, killGroup } from '../../support/processes.ts';
import { describePython, pythonCode, pythonStage } from '../../support/python.ts';
import { startPythonEcho } from '../../support/python-echo.ts';
import { supervise } from '../../support/supervision.ts';

describePython('the process of a stage in Python', () => {
  test.each(['computing', 'waiting', 'sleeping'])(
    'R11 §8.8 is gone within a second when its supervisor is killed while it is %s',
    async (what) => {
      const path = new URL('../../fixtures/programs/supervise-python.ts', import.meta.url).pathname;
      const program = spawn(process.execPath, ['--conditions=handover-source', path, what], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      onTestFinished(() => {
        program.kill('SIGKILL');
      });
      const lines = createInterface(program.stdout);
      const [group] = (await once(lines, 'line')).map(Number);
      onTestFinished(() => killGroup(group as number));
      program.kill('SIGKILL');
      await once(program, 'exit');
      await groupGone(group as number, 1_000);
    },
  );

  test('§8.7 that sends for ever ends well when it is asked to', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const lines = ['from handover import stage', 'while True: stage().output.send(1)'];
    supervisor.stage('source', {
      ...pythonCode(lines.join('\n')),
      ends: { output: values.sender },
    });
    await values.receiver.receive();
    const stopping = supervisor.stop();
    for await (const _ of values.receiver);
    expect((await stopping).stages).toMatchObject([{ outcome: 'ended' }]);
  });

  test('§8.15 that is recycled ends well when it has nothing in hand, and another goes on', async () => {
    const { supervisor } = supervise();
    const there = supervisor.channel<number>('there');
    const back = supervisor.channel<number>('back');
    const stage = supervisor.stage('echo', {
      ...pythonStage('echo'),
      ends: { input: there.receiver, output: back.sender },
    });
    for (let value = 0; value < 3; value++) {
      const sent = there.sender.send(value);
      expect(await back.receiver.receive()).toBe(value);
      await sent;
      stage.recycle();
    }
    there.sender.close();
    const { stages } = await supervisor.finished();
    expect(stages).toMatchObject([{ outcome: 'ended', restarts: 0 }]);
  });

  test('R2 may have many threads, each of which waits by itself', async () => {
    const { supervisor } = supervise();
    const { sender, receiver } = startPythonEcho(supervisor, 'many_threads');
    const count = 400;
    const all = Promise.all(Array.from({ length: count }, (_, value) => sender.send(value)));
    const received = new Set<unknown>();
    for (let turn = 0; turn < count; turn++) received.add(await receiver.receive());
    expect(received.size).toBe(count);
    await all;
    sender.close();
    await supervisor.finished();
  });

  test('§1.3 a copy of it by fork has no ends, and says so', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<string>('values');
    supervisor.stage('forking', { ...pythonStage('fork'), ends: { output: values.sender } });
    expect(await values.receiver.receive()).toBe('from the stage');
    await supervisor.finished();
    expect(book.printed('forking')).toEqual(['NOT_A_STAGE']);
  });

  test('§8.19 answers its pulse, and is ended when it computes for ever', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<string>('values');
    supervisor.stage('waiting', {
      ...pythonStage('spin', 'waiting'),
      limits: { silence: 300, busy: 300 },
      ends: { input: values.receiver },
    });
    supervisor.stage('computing', {
      ...pythonStage('spin', 'computing'),
      limits: { silence: 10_000, busy: 300 },
    });
    const { line } = await book.untilFailed('computing');
    expect(line).toContain('its main thread did not come back for');
    expect(supervisor.stages).toMatchObject([
      { name: 'waiting', processIds: [expect.anything()] },
      {},
    ]);
  });
});
