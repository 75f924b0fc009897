import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { describeGo, goProgram, goStage } from '../../support/go.ts';
import { groupGone, killGroup } from '../../support/processes.ts';
import { supervise } from '../../support/supervision.ts';

describeGo('the process of a stage in Go', () => {
  test.each(['computing', 'waiting'])(
    'R11 §8.8 is gone within a second when its supervisor is killed while it is %s',
    async (what) => {
      const path = new URL('../../fixtures/programs/supervise-go.ts', import.meta.url).pathname;
      const args = ['--conditions=handover-source', path, goProgram('stages'), what];
      const program = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
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
    supervisor.stage('source', { ...goStage('send-for-ever'), ends: { output: values.sender } });
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
      ...goStage('echo'),
      ends: { input: there.receiver, output: back.sender },
    });
    for (let value = 0; value < 3; value++) {
      const sent = there.sender.send(value);
      stage.recycle();
      expect(await back.receiver.receive()).toBe(value);
      await sent;
    }
    there.sender.close();
    const { stages } = await supervisor.finished();
    expect(stages).toMatchObject([{ outcome: 'ended', restarts: 0, recycled: 3 }]);
  });

  test('§8.15 hears of it by Leaving, while its code waits for something else', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    const stage = supervisor.stage('waiting', {
      ...goStage('wait-for-leaving'),
      ends: { input: values.receiver },
    });
    await book.until('waiting', 'ready');
    stage.recycle();
    await book.until('waiting', 'LEAVING');
    expect(book.printed('waiting').slice(0, 3)).toEqual(['ready', 'leaving', 'LEAVING']);
    await supervisor.stop({ drain: 0, terminate: 0 });
    expect(book.about('waiting').join()).not.toContain('crashed');
  });

  test('§2.5 §8.10 an exit cuts off no large value that is on its way', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<Uint8Array>('values');
    supervisor.stage('leaving', { ...goStage('exit-amid-large'), ends: { output: values.sender } });
    const { stages } = await supervisor.finished();
    expect(stages).toMatchObject([{ outcome: 'ended' }]);
  });

  test('§1.3 its descendants get neither the link nor the variables', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('starting', {
      ...goStage('start-another'),
      limits: { silence: 10_000 },
    });
    await supervisor.finished();
    // stdin, stdout and stderr, and no variable.
    expect(book.printed('starting')).toEqual([
      '/dev/null',
      expect.stringMatching(/^(pipe|socket):/),
      expect.stringMatching(/^(pipe|socket):/),
    ]);
  });

  test('§8.19 answers its pulse, and is ended when it computes for ever', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<string>('values');
    supervisor.stage('waiting', {
      ...goStage('spin', 'waiting'),
      limits: { silence: 300, busy: 300 },
      ends: { input: values.receiver },
    });
    supervisor.stage('computing', {
      ...goStage('spin', 'computing'),
      limits: { silence: 10_000, busy: 300 },
    });
    const { line } = await book.untilFailed('computing');
    expect(line).toContain('did not come back for');
    expect(supervisor.stages).toMatchObject([
      { name: 'waiting', processIds: [expect.anything()] },
      {},
    ]);
  });

  test('§8.8 ends with code 70 when its supervisor is gone, though nobody reads any more what it prints', async () => {
    const program = spawn(goProgram('stages'), ['echo'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: { HANDOVER_LINK: '3,4', HANDOVER_TOKEN: 't0k' },
    });
    onTestFinished(() => {
      program.kill('SIGKILL');
    });
    const [, , stderr, input, output] = program.stdio as (Socket | null)[];
    await once(output as Socket, 'data');
    stderr?.destroy();
    input?.destroy();
    expect(await once(program, 'exit')).toEqual([70, null]);
  });

  test('§1.5 not started by a supervisor, it says so', async () => {
    const program = spawn(goProgram('stages'), ['echo'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [text] = await once(program.stderr.setEncoding('utf8'), 'data');
    expect(text).toMatch(/^this process was not started by a supervisor: /);
    const [code] = await once(program, 'exit');
    expect(code).toBe(1);
  });
});
