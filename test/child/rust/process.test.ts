import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DeadlockError } from 'handover';
import { expect, onTestFinished, test } from 'vitest';
import { rejection } from '../../support/failures.ts';
import { groupGone, killGroup } from '../../support/processes.ts';
import { describeRust, rustStage } from '../../support/rust.ts';
import { supervise } from '../../support/supervision.ts';

describeRust('the process of a stage in Rust', () => {
  test.each(['computing', 'waiting', 'sleeping'])(
    'R11 §8.8 is gone within a second when its supervisor is killed while it is %s',
    async (what) => {
      const path = new URL('../../fixtures/programs/supervise-rust.ts', import.meta.url).pathname;
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

  test.each(['waiting', 'sending', 'printing', 'choosing'])(
    '§8.8 ends with code 70, and by no signal, when its supervisor is killed while it is %s',
    async (what) => {
      const folder = mkdtempSync(join(tmpdir(), 'handover-rust-exit-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const file = join(folder, 'code');
      const path = new URL('../../fixtures/programs/supervise-rust.ts', import.meta.url).pathname;
      const program = spawn(process.execPath, ['--conditions=handover-source', path, what, file], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      onTestFinished(() => {
        program.kill('SIGKILL');
      });
      const [group] = (await once(createInterface(program.stdout), 'line')).map(Number);
      onTestFinished(() => killGroup(group as number));
      program.kill('SIGKILL');
      await groupGone(group as number, 2_000);
      expect(readFileSync(file, 'utf8')).toBe('70\n');
    },
  );

  test('§8.7 that waits for a time alone ends well when it is asked to', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('choosing', { ...rustStage('idle_about', 'choosing'), ends: {} });
    await book.until('choosing', 'ready');
    expect((await supervisor.stop()).stages).toMatchObject([{ outcome: 'ended' }]);
  });

  test('§8.7 that sends for ever ends well when it is asked to', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('source', { ...rustStage('count_up'), ends: { output: values.sender } });
    await values.receiver.receive();
    const stopping = supervisor.stop();
    for await (const _ of values.receiver);
    expect((await stopping).stages).toMatchObject([{ outcome: 'ended' }]);
  });

  test('§8.15 that is recycled ends well when it has nothing in hand, and another goes on', async () => {
    const { supervisor } = supervise();
    const there = supervisor.channel<number>('there');
    const back = supervisor.channel<number>('back');
    const stage = supervisor.stage('between', {
      ...rustStage('pass_on', 'extended'),
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
    const there = supervisor.channel<number>('there');
    const back = supervisor.channel<number>('back');
    supervisor.stage('between', {
      ...rustStage('many_threads'),
      ends: { input: there.receiver, output: back.sender },
    });
    const count = 400;
    const all = Promise.all(Array.from({ length: count }, (_, value) => there.sender.send(value)));
    const received = new Set<number>();
    for (let turn = 0; turn < count; turn++) received.add(await back.receiver.receive());
    expect(received.size).toBe(count);
    await all;
    there.sender.close();
    await supervisor.finished();
  });

  test.each(['run', 'std', 'handover'])(
    '§8.10 that exits amid a large send, by %s, cuts off nothing, and has ended well',
    async (how) => {
      const { supervisor } = supervise();
      const large = supervisor.channel<Uint8Array>('large');
      const small = supervisor.channel<number>('small');
      supervisor.stage('exiting', {
        ...rustStage('exit_amid_large_send', how),
        ends: { large: large.sender, small: small.sender },
      });
      expect(await small.receiver.receive()).toBe(1);
      await expect(small.receiver.receive()).rejects.toMatchObject({ code: 'CHANNEL_ENDED' });
      const { stages } = await supervisor.finished();
      expect(stages).toMatchObject([{ outcome: 'ended' }]);
    },
  );

  test('§8.20 that never comes to the end of its exit counts as the exit that it said it was', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('endless', {
      ...rustStage('exit_without_end'),
      ends: { output: values.sender },
    });
    expect(await Array.fromAsync(values.receiver)).toEqual([1]);
    const report = await supervisor.finished();
    expect(report).toMatchObject({ stages: [{ outcome: 'ended', exits: [{ exitCode: 0 }] }] });
  });

  test('§1.3 starts programs that know nothing of its link', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('starting', rustStage('start_a_program'));
    await supervisor.finished();
    expect(book.printed('starting')).toEqual(['of 2 descriptors 0, and 0 variables']);
  });

  test('§8.19 answers its pulse, and is ended when it computes for ever', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('waiting', {
      ...rustStage('idle_about', 'waiting'),
      limits: { silence: 300, busy: 300 },
      ends: { input: values.receiver },
    });
    supervisor.stage('computing', {
      ...rustStage('idle_about', 'computing'),
      limits: { silence: 10_000, busy: 300 },
    });
    const { line } = await book.untilFailed('computing');
    expect(line).toContain('its main thread did not come back for');
    expect(supervisor.stages).toMatchObject([
      { name: 'waiting', processIds: [expect.anything()] },
      {},
    ]);
  });

  test('R12 §8.14 waits in a deadlock: it is found, and told with the line of code', async () => {
    const { supervisor, book } = supervise({ onDeadlock: 'fail' });
    const [one, other] = [supervisor.channel<string>('one'), supervisor.channel<string>('other')];
    const stage = rustStage('send_and_receive');
    supervisor.stage('left', { ...stage, ends: { there: one.sender, back: other.receiver } });
    supervisor.stage('right', { ...stage, ends: { there: other.sender, back: one.receiver } });
    const error = await rejection(supervisor.finished());
    expect(error).toBeInstanceOf(DeadlockError);
    if (!(error instanceof DeadlockError)) return;
    expect(error.circle).toEqual(['stage "left"', 'stage "right"', 'stage "left"']);
    const told = book.lines.map(({ line }) => line).join('\n');
    expect(told).toMatch(/"left" .* waits to send on "one",.* at .*send_and_receive\.rs:11/);
  });
});
