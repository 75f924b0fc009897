/** What becomes of values when a stage in Rust is killed: as sender and as receiver, plain and with values in hand. */
import { expect, test } from 'vitest';
import { again } from '../../supervisor/crash-matrix/rows.ts';
import { describeRust, rustStage } from '../../support/rust.ts';
import { supervise } from '../../support/supervision.ts';

const count = 300;
/** One kill each time that so many values have come. */
const each = 60;

/** Sends numbers to a stage that passes them on, and kills it now and then. */
async function passOn(mode: 'plain' | 'extended') {
  const { supervisor } = supervise();
  const there = supervisor.channel<number>('there', { maxAttempts: 1_000 });
  const back = supervisor.channel<number>('back');
  const stage = supervisor.stage('between', {
    ...rustStage('pass_on', mode),
    restart: again,
    ends: { input: there.receiver, output: back.sender },
  });
  const sent = there.sender.sendAll(
    Array.from({ length: count }, (_, number) => number),
    { window: 4 },
  );
  void sent.finally(() => there.sender.close());
  const came: number[] = [];
  let kills = 0;
  for await (const number of back.receiver) {
    came.push(number);
    if (came.length % each !== 0) continue;
    for (const processId of stage.processIds) process.kill(processId, 'SIGKILL');
    kills += 1;
  }
  await supervisor.finished();
  return { came, kills, sent: await sent };
}

describeRust('a stage in Rust that is killed', () => {
  test('R7 with values in hand: each of them comes, some twice', async () => {
    const { came, kills, sent } = await passOn('extended');
    expect(kills).toBeGreaterThan(3);
    expect(sent).toBe(count);
    expect(new Set(came).size).toBe(count);
    expect(came.length).toBeLessThanOrEqual(count + kills);
  });

  test('R2 without: each comes once, but for those that it had taken and not passed on', async () => {
    const { came, kills, sent } = await passOn('plain');
    expect(kills).toBeGreaterThan(3);
    expect(sent).toBe(count);
    expect(new Set(came).size).toBe(came.length);
    expect(came.length).toBeGreaterThanOrEqual(count - kills);
  });

  test('R8 as a sender: all that it knows to be taken has come, in order, and nothing twice', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<[number, number]>('values');
    const stage = supervisor.stage('source', {
      ...rustStage('count_up'),
      restart: again,
      ends: { output: values.sender },
    });
    const came = new Map<number, number>();
    let kills = 0;
    while (kills < 5) {
      const [processId, number] = await values.receiver.receive();
      expect(number).toBe((came.get(processId) ?? 0) + 1);
      came.set(processId, number);
      if (number % each !== 0) continue;
      for (const victim of stage.processIds) process.kill(victim, 'SIGKILL');
      kills += 1;
    }
    await supervisor.stop();
    for (const line of book.printed('source')) {
      const [processId = 0, number = 0] = line.split(' ').map(Number);
      expect(number).toBeLessThanOrEqual(came.get(processId) ?? 0);
    }
    expect(came.size).toBeGreaterThanOrEqual(kills);
  });

  test.each(['error', 'panic'])('R9 by its own %s, is no end of its channel', async (how) => {
    const { supervisor } = supervise();
    const values = supervisor.channel<string>('values');
    supervisor.stage('failing', {
      ...rustStage('fail_after', how),
      ends: { output: values.sender },
    });
    expect(await values.receiver.receive()).toBe('the only one');
    await expect(values.receiver.receive()).rejects.toMatchObject({
      code: 'CHANNEL_BROKEN',
      cause: {
        stage: 'failing',
        stderr: expect.arrayContaining([expect.stringContaining('no more')]),
      },
    });
    await supervisor.finished().catch(() => undefined);
  });

  test('R9 but a process that ends well, is', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<string>('values');
    supervisor.stage('ending', {
      ...rustStage('fail_after', 'end'),
      ends: { output: values.sender },
    });
    const came: string[] = [];
    for await (const value of values.receiver) came.push(value);
    expect(came).toEqual(['the only one']);
    await supervisor.finished();
  });
});
