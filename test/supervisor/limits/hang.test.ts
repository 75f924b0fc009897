/** Processes that hang: found, killed, and what they had in hand goes on. */
import { HangError, StageFailedError } from 'handover';
import { expect, test, vi } from 'vitest';
import { failureOf } from '../../support/failures.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';

test.each(['waiting', 'spinning'])(
  'R7 R10 a process that has a value in hand for longer than the deadline, %s: it is killed, and the value goes to another',
  async (how) => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    const others = values.receiver.clone();
    supervisor.stage('slow', {
      module: stageModule('work-for-ever'),
      args: [how],
      ends: { input: values.receiver },
      deadline: 300,
    });
    const sent = values.sender.send(7);
    await book.until('slow', 'in hand: 7, attempt 1');
    const { line } = await book.untilFailed('slow');
    expect(line).toMatch(
      /^stage "slow" was killed: it had a value from "values" in hand for \d+ ms without a word \(deadline of the stage\), after/,
    );
    expect(line).toContain('it held 1 value from "values" that it had not taken');
    supervisor.stage('next', { module: stageModule('take-what-comes'), ends: { input: others } });
    await sent;
    await book.until('next', 'took: 7, attempt 2');
    const { cause } = await failureOf(supervisor, 'slow');
    expect(cause).toBeInstanceOf(HangError);
    expect(cause).toMatchObject({ code: 'HANG', what: 'value', channel: 'values' });
    expect((cause as HangError).milliseconds).toBeGreaterThanOrEqual(300);
  },
);

test('R10 a process that is stopped by SIGSTOP for longer than limits.silence: it is killed, and the error says so', async () => {
  const { supervisor, book } = supervise();
  const values = supervisor.channel<number>('values');
  const stage = supervisor.stage('stopped', {
    module: stageModule('print-all'),
    ends: { input: values.receiver },
    limits: { silence: 300 },
  });
  await values.sender.send(0);
  const [processId] = stage.processIds as [number];
  process.kill(processId, 'SIGSTOP');
  const { line } = await book.untilFailed('stopped');
  expect(line).toMatch(
    /was killed: it gave no sign of life for \d+ ms, for it was stopped \(SIGSTOP\) \(limits\.silence of the stage\)/,
  );
  const { cause } = await failureOf(supervisor, 'stopped');
  expect(cause).toMatchObject({ code: 'HANG', what: 'silence', channel: undefined });
});

test.each([
  { what: 'an endless loop', module: 'spin', ends: 'output' },
  { what: 'a regular expression that never ends', module: 'match-for-ever', ends: 'input' },
] as const)(
  'R10 $what for longer than limits.busy: the process is killed, also while it is not silent',
  async ({ module, ends }) => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<unknown>('values');
    const { sender, receiver } = values;
    supervisor.stage('busy', {
      module: stageModule(module),
      ends: ends === 'input' ? { input: receiver } : { output: sender },
      limits: { silence: 400, busy: 600 },
    });
    if (ends === 'input') await sender.send(`${'a'.repeat(60)}!`);
    else await receiver.receive();
    const { line } = await book.untilFailed('busy');
    expect(line).toMatch(
      /was killed: its main thread did not come back for \d+ ms \(limits\.busy of the stage\)/,
    );
    expect((await failureOf(supervisor, 'busy')).cause).toMatchObject({
      code: 'HANG',
      what: 'busy',
    });
  },
);

test('R10 a process that is slow, and one that does nothing at all, live', async () => {
  const { supervisor, book } = supervise();
  const values = supervisor.channel<number>('values');
  const never = supervisor.channel<number>('never');
  const limits = { silence: 500, busy: 1_500 };
  supervisor.stage('slow', {
    module: stageModule('be-slow'),
    args: ['400'],
    ends: { input: values.receiver },
    limits,
  });
  const idle = supervisor.stage('idle', {
    module: stageModule('print-all'),
    ends: { input: never.receiver },
    limits,
  });
  // Together this takes longer than any of the limits.
  for (let value = 0; value < 5; value++) await values.sender.send(value);
  values.sender.close();
  await book.until('slow', 'done with 4');
  expect(idle.report.outcome).toBe('running');
  never.sender.close();
  const { stages } = await supervisor.finished();
  expect(stages.map(({ outcome }) => outcome)).toEqual(['ended', 'ended']);
});

test('R12 a pulse is no reason to be busy: who waits for each other is found all the same', async () => {
  const { supervisor, book } = supervise();
  const channels = ['a', 'b'].map((name) => supervisor.channel<number>(name));
  const [a, b] = channels as [(typeof channels)[0], (typeof channels)[0]];
  const module = stageModule('print-all');
  const limits = { silence: 500, busy: 500 };
  supervisor.stage('one', { module, ends: { input: a.receiver, held: b.sender }, limits });
  supervisor.stage('two', { module, ends: { input: b.receiver, held: a.sender }, limits });
  await vi.waitFor(() => expect(book.lines.map(({ line }) => line).join()).toContain('deadlock'), {
    timeout: 20_000,
  });
});

test('R10 a runtime that has no pulse: the stage fails, and it is said why', async () => {
  const { supervisor, book } = supervise();
  const values = supervisor.channel<number>('values');
  supervisor.stage('raw', {
    module: stageModule('hold-what-comes'),
    args: ['1'],
    ends: { input: values.receiver },
    limits: { busy: 1_000 },
  });
  const { line } = await book.untilFailed('raw');
  expect(line).toMatch(/its runtime cannot tell whether it lives .* leave out limits\.silence/);
  expect(await failureOf(supervisor, 'raw')).toBeInstanceOf(StageFailedError);
});
