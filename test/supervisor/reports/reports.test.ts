import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Channel, CrashReport, SupervisorOptions } from 'handover';
import { describe, expect, test } from 'vitest';
import { EventBook } from '../../support/event-book.ts';
import { rejection } from '../../support/failures.ts';
import { stageModule } from '../../support/stage-module.ts';
import { type Supervision, supervise } from '../../support/supervision.ts';
import { folderOf } from '../cli/files.ts';

interface Reporting extends Supervision {
  readonly folder: string;
  readonly events: EventBook;
  readonly input: Channel<unknown>;
}

function reporting(reports: Partial<SupervisorOptions['reports'] & object> = {}): Reporting {
  const folder = join(folderOf({}), 'crashes');
  const supervision = supervise({ reports: { folder, ...reports } });
  const events = new EventBook(supervision.supervisor);
  const input = supervision.supervisor.channel<unknown>('input', { maxAttempts: 1 });
  return { ...supervision, folder, events, input };
}

function reportsIn(folder: string): readonly CrashReport[] {
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CrashReport);
}

/** The report of a stage that dies of `value`. */
async function reportOf(
  { supervisor, folder, events, input }: Reporting,
  value: unknown,
  how = 'SIGKILL',
): Promise<CrashReport> {
  supervisor.stage('weak', {
    module: stageModule('die-in-hand'),
    args: [how],
    env: { SECRET: 'not for others' },
    ends: { input: input.receiver },
  });
  await rejection(input.sender.send(value));
  await rejection(supervisor.finished());
  const [report] = reportsIn(folder);
  expect(events.all('reported')).toHaveLength(1);
  return report as CrashReport;
}

describe('a crash report', () => {
  test('has a large value that was taken as it was, also when the next has been sent', async () => {
    const { supervisor, folder, input } = reporting();
    const die = supervisor.channel<null>('die');
    supervisor.stage('weak', {
      module: stageModule('take-one-and-die-when-told'),
      ends: { input: input.receiver, die: die.receiver },
    });
    const filledWith = (byte: number) => new Uint8Array(100 * 1024).fill(byte);
    await input.sender.send(filledWith(1));
    const next = rejection(input.sender.send(filledWith(2)));
    await die.sender.send(null);
    await next;
    await rejection(supervisor.finished());
    const [report] = reportsIn(folder);
    const content = JSON.stringify(report?.takenLast.find(({ end }) => end === 'input')?.content);
    const [, packed = ''] = /"msgpack":"([^"]*)"/.exec(content) ?? [];
    expect(Buffer.from(packed, 'base64').at(-1)).toBe(1);
  });

  test.each([
    ['SIGKILL', { exitCode: null, signal: 'SIGKILL' }],
    ['abort', { exitCode: null, signal: 'SIGABRT' }],
    ['throw', { exitCode: 1, signal: null }],
    ['exit', { exitCode: 3, signal: null }],
  ])(
    'of a process that dies by %s says how, and has the value that it had in hand',
    async (how, ending) => {
      const reporter = reporting();
      const value = { text: 'bad', big: 2n ** 60n, bytes: Uint8Array.of(1, 2), wrong: Number.NaN };
      const report = await reportOf(reporter, value, how);
      expect(report).toMatchObject({
        format: 'handover crash report',
        version: 1,
        stage: 'weak',
        replica: 0,
        ending: { ...ending, charge: null },
        inHand: [
          {
            end: 'input',
            channel: 'input',
            attempt: 1,
            failures: [],
            content: {
              value: {
                text: 'bad',
                big: '1152921504606846976n',
                bytes: '(bytes) 0102',
                wrong: 'NaN',
              },
            },
          },
        ],
        takenLast: [],
        start: { module: stageModule('die-in-hand').pathname, args: [how], env: ['SECRET'] },
        ends: [{ name: 'input', channel: 'input', side: 'receive' }],
        versions: { node: process.version },
      });
      expect(report.summary).toContain('stage "weak"');
      if (how === 'throw') expect(report.stderr.join('\n')).toContain('cannot work on that');
    },
  );

  test('has no value of the environment, and is nobody else’s to read', async () => {
    const reporter = reporting();
    await reportOf(reporter, 'bad');
    const [name = ''] = readdirSync(reporter.folder);
    const file = join(reporter.folder, name);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('not for others');
    for (const [variable, value = ''] of Object.entries(process.env)) {
      if (value.length > 12 && !/[/.]/.test(value)) expect(text, variable).not.toContain(value);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('counts the attempts, and says how those before failed', async () => {
    const { supervisor, folder } = reporting();
    const values = supervisor.channel<number>('values', { maxAttempts: 2 });
    supervisor.stage('weak', {
      module: stageModule('die-in-hand'),
      args: ['exit'],
      restart: 'on-failure',
      ends: { input: values.receiver },
    });
    expect(await rejection(values.sender.send(7))).toMatchObject({ code: 'LOST' });
    values.sender.close();
    await supervisor.finished();
    expect(reportsIn(folder).map(({ inHand }) => inHand)).toMatchObject([
      [{ attempt: 1, failures: [] }],
      [{ attempt: 2, failures: [{ code: 'STAGE_FAILED' }] }],
    ]);
  });

  test('has what was taken last, for a stage that takes a value before it works on it', async () => {
    const { supervisor, folder } = reporting();
    const values = supervisor.channel<number>('values');
    const out = supervisor.channel<number>('out');
    supervisor.stage('weak', {
      module: stageModule('crash-on'),
      args: ['2'],
      ends: { input: values.receiver, output: out.sender },
    });
    out.receiver.receive().catch(() => {});
    await values.sender.send(1);
    await values.sender.send(2);
    await rejection(supervisor.finished());
    expect(reportsIn(folder)).toMatchObject([
      { inHand: [], takenLast: [{ end: 'input', channel: 'values', content: { value: 2 } }] },
    ]);
  });

  test('says for what the supervisor has killed it', async () => {
    const { supervisor, folder, input } = reporting();
    supervisor.stage('slow', {
      module: stageModule('work-for-ever'),
      args: ['spinning'],
      deadline: 200,
      ends: { input: input.receiver },
    });
    await rejection(input.sender.send(1));
    await rejection(supervisor.finished());
    expect(reportsIn(folder)).toMatchObject([
      { ending: { charge: { code: 'HANG' } }, start: { limits: { deadline: 200 } } },
    ]);
  });

  test('is written of a spare, too', async () => {
    const { supervisor, folder, events, input } = reporting();
    supervisor.stage('spared', {
      module: stageModule('print-all'),
      spare: 1,
      ends: { input: input.receiver },
    });
    const spare = await events.nth('ready', 2);
    expect(spare.isSpare).toBe(true);
    process.kill(spare.processId ?? 0, 'SIGKILL');
    await events.nth('reported', 1);
    expect(reportsIn(folder)).toMatchObject([{ stage: 'spared', processId: spare.processId }]);
  });

  test('can do without values', async () => {
    const report = await reportOf(reporting({ values: 'omitted' }), 'a secret');
    expect(report.inHand).toMatchObject([
      { bytes: 9, content: { omitted: 'values are left out' } },
    ]);
    expect(JSON.stringify(report)).not.toContain('a secret');
  });

  test('leaves out what is too large, and what carries ends', async () => {
    const large = await reportOf(reporting(), 'x'.repeat(2 ** 20));
    expect(large.inHand).toMatchObject(
      [{ bytes: 2 ** 20 + 5, content: { omitted: /more than the 1048576 bytes/ } }].map(
        (value) => ({
          ...value,
          content: { omitted: expect.stringMatching(value.content.omitted) },
        }),
      ),
    );
    const reporter = reporting();
    const carried = reporter.supervisor.channel('carried');
    const report = await reportOf(reporter, carried.sender);
    expect(report.inHand).toMatchObject([
      { content: { omitted: 'it carries ends of channels, which cannot be written down' } },
    ]);
  });
});

describe('the folder of crash reports', () => {
  test('keeps the newest, and nothing that is unfinished', async () => {
    const { supervisor, folder, events } = reporting({ keep: 2 });
    for (let number = 1; number <= 4; number++) {
      supervisor.stage(`weak ${number}`, { module: stageModule('throw-at-once') });
      await events.nth('reported', number);
    }
    const files = events.all('reported').map(({ file }) => file);
    expect(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .sort(),
    ).toEqual(files.slice(2));
    expect(reportsIn(folder).map(({ stage }) => stage)).toEqual(['weak 3', 'weak 4']);
  });

  test('is not touched but for crash reports', async () => {
    const folder = folderOf({ 'a.json': '{}', 'crash-test.txt': '' });
    const { supervisor } = supervise({ reports: { folder, keep: 1 } });
    for (const stage of ['one', 'two']) {
      supervisor.stage(stage, { module: stageModule('throw-at-once') });
    }
    await rejection(supervisor.finished());
    const names = readdirSync(folder).sort();
    expect(names).toHaveLength(3);
    expect(names).toEqual(expect.arrayContaining(['a.json', 'crash-test.txt']));
  });

  test('that cannot be written is told once, and harms nobody', async () => {
    const file = join(folderOf({}), 'a file');
    writeFileSync(file, '');
    const { supervisor, book } = supervise({ reports: join(file, 'crashes') });
    const events = new EventBook(supervisor);
    supervisor.stage('one', { module: stageModule('throw-at-once') });
    supervisor.stage('two', { module: stageModule('throw-at-once') });
    expect(await rejection(supervisor.finished())).toMatchObject({ code: 'STAGE_FAILED' });
    expect(events.all('crashed')).toHaveLength(2);
    expect(events.all('reported')).toEqual([]);
    expect(book.about('supervisor')).toEqual([
      expect.stringMatching(
        /^crash reports cannot be written: .*ENOTDIR.* That is said only once$/,
      ),
    ]);
  });

  test('is not made before there is a crash', async () => {
    const { supervisor, folder } = reporting();
    supervisor.stage('idle', { module: stageModule('do-nothing') });
    await supervisor.finished();
    expect(existsSync(folder)).toBe(false);
  });

  test.each([
    [{ keep: 0 }, 'reports.keep must be 1 or more files, not 0'],
    [{ values: 'some' as never }, "reports.values must be 'written' or 'omitted', not some"],
    [{ folder: '' }, 'reports must name a folder'],
  ])('with %j is refused', (options, message) => {
    expect(() => supervise({ reports: { folder: 'x', ...options } })).toThrow(message);
  });
});
