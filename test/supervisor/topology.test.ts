import { channel, type StageOptions, Supervisor, TopologyError } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

test('what nobody knows, what is no answer to a deadlock, and no name of a channel, is refused', () => {
  expect(() => new Supervisor({ onDeadlock: 'off' as 'report' })).toThrow(
    /^onDeadlock must be 'report' or 'fail', not off$/,
  );
  const wrong = (options: object) => () => new Supervisor(options);
  expect(wrong({ report: 'crashes' })).toThrow(
    /^the supervisor: there is no option report; there are name, log, verbose, maxValueBytes, onDeadlock, reports, direct$/,
  );
  expect(wrong({ reports: { max: 3 } })).toThrow(
    /there is no option reports\.max; there are folder,/,
  );
  expect(wrong({ reports: { keep: 3 } })).toThrow(/^reports must name a folder$/);
  expect(wrong({ log: true })).toThrow(/^log must be a function, .*; not true$/);
  const { supervisor } = supervise();
  expect(() => supervisor.group('all', { restart: 3 } as object)).toThrow(
    /^group "all": there is no option restart; there are strategy, restarts, within, backoff$/,
  );
  expect(() => supervisor.channel('values', { deadLetter: 1 } as object)).toThrow(
    /^channel "values": there is no option deadLetter; there are capacity, overflow, maxAttempts, deadLetters, contract$/,
  );
  expect(() => supervisor.channel({ capacity: 3 } as unknown as string)).toThrow(
    /^a channel's name must be a string, not object: supervisor\.channel\('name', options\)/,
  );
});

describe('a stage is refused, and no end is taken for it', () => {
  const module = stageModule('print-all');

  test.each<{ what: string; options: Readonly<Record<string, unknown>>; says: RegExp }>([
    {
      what: 'whose module is not there',
      options: { module: stageModule('there-is-no-such-stage') },
      says: /stage "new": there is no file .*there-is-no-such-stage\.ts.*new URL\('\.\/new\.ts', import\.meta\.url\)/,
    },
    {
      what: 'whose module is no file',
      options: { module: new URL('data:text/javascript,1') },
      says: /stage "new": a module is a file, not data:/,
    },
    {
      what: 'with no replica',
      options: { replicas: 0 },
      says: /replicas must be 1 or more, not 0/,
    },
    { what: 'with half a replica', options: { replicas: 1.5 }, says: /not 1\.5/ },
    { what: 'with a null character', options: { args: ['a\0b'] }, says: /null character/ },
    {
      what: 'with nothing to run',
      options: { module: undefined },
      says: /stage "new" has neither a `module` nor a `command` to run/,
    },
    {
      what: 'with a module and a command',
      options: { command: ['cat'] },
      says: /`module` has no meaning beside `command`/,
    },
    {
      what: 'with a loader for a command',
      options: { module: undefined, command: ['cat'], loader: 'tsx' },
      says: /`loader` has no meaning beside `command`/,
    },
    {
      what: 'with arguments beside a command',
      options: { module: undefined, command: ['cat'], args: ['-n'] },
      says: /`args` has no meaning beside `command`/,
    },
    {
      what: 'whose command is empty',
      options: { module: undefined, command: [] },
      says: /stage "new": its command names no program\. The first of the list is/,
    },
    {
      what: 'whose command is not on the path',
      options: { module: undefined, command: ['no-such-program', '-x'] },
      says: /stage "new": there is no program no-such-program on the PATH/,
    },
    {
      what: 'whose command is not there',
      options: { module: undefined, command: ['./no-such-program'] },
      says: /there is no program \.\/no-such-program \(\/.*\/no-such-program\)/,
    },
    {
      what: 'whose command may not be executed',
      options: { module: undefined, command: [stageModule('echo')] },
      says: /echo\.ts may not be executed: chmod \+x, or name the program that reads it first/,
    },
    {
      what: 'whose command is a web page',
      options: { module: undefined, command: [new URL('https://example.org/')] },
      says: /a command is made of strings and file URLs, not of https:/,
    },
    {
      what: 'with a format that there is not',
      options: { module: undefined, command: ['cat'], format: 'xml' },
      says: /^stage "new": there is no format xml; there are text, lines, jsonl, csv, nul, chunks, prefixed, msgpack$/,
    },
    {
      what: 'with answers but no format',
      options: { module: undefined, command: ['cat'], answers: 'each' },
      says: /^stage "new": `answers` has no meaning without a `format`/,
    },
    {
      what: 'with answers that there are not',
      options: { module: undefined, command: ['cat'], format: 'lines', answers: 'all' },
      says: /^stage "new": answers is 'each' or left out, not all$/,
    },
    {
      what: 'with an end that a program has no use for',
      options: { module: undefined, command: ['cat'], format: 'lines', ends: { lines: 1 } },
      says: /^stage "new": a program with a format has the ends input and output, and none that is called lines$/,
    },
    {
      what: 'with a sender for what a program reads',
      options: { module: undefined, command: ['cat'], format: 'lines', ends: { input: 1 } },
      says: /^stage "new": input is a receiver: the program reads what comes$/,
    },
    {
      what: 'with a format for a module',
      options: { format: 'lines' },
      says: /^stage "new": `format` has no meaning beside `module`/,
    },
    {
      what: 'with an option that nobody knows',
      options: { replica: 3 },
      says: /^stage "new": there is no option replica; there are module, command, format, answers, ends, replicas, /,
    },
    {
      what: 'with such an option inside another',
      options: { restart: { times: 3 } },
      says: /^stage "new": there is no option restart\.times; there are when, restarts, within, backoff$/,
    },
    {
      what: 'with such an option further inside',
      options: { restart: { backoff: { max: 3 } } },
      says: /^stage "new": there is no option backoff\.max; there are first, factor, most, jitter$/,
    },
    {
      what: 'with an object that is none',
      options: { restart: null },
      says: /^stage "new": restart must be an object, not null$/,
    },
    {
      what: 'that is started again, but it does not say when',
      options: { restart: true },
      says: /^stage "new": restart must be one of never, on-failure, always, not true$/,
    },
    {
      what: 'that is started again so often',
      options: { restart: { restarts: '5' } },
      says: /^stage "new": restarts must be a number from 0 on, not 5$/,
    },
    {
      what: 'that may take so long to start',
      options: { startDeadline: '3s' },
      says: /^stage "new": startDeadline must be milliseconds, more than 0, not 3s$/,
    },
    {
      what: 'with flags that are no list',
      options: { flags: '--inspect' },
      says: /^stage "new": args and flags are lists of strings: \['--fast'\]$/,
    },
    {
      what: 'with a number among its arguments',
      options: { args: [7] },
      says: /^stage "new": args and env are made of strings, not of number: write String\(7\)$/,
    },
  ])('$what', ({ options, says }) => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const start = () =>
      supervisor.stage('new', {
        module,
        ends: { input: values.receiver },
        ...options,
      } as StageOptions);
    expect(start).toThrow(TopologyError);
    expect(start).toThrow(says);
    expect(values.receiver.closed).toBe(false);
    expect(supervisor.stages).toEqual([]);
  });

  test('whose name is taken', () => {
    const { supervisor } = supervise();
    supervisor.stage('one', { module: stageModule('do-nothing') });
    const again = () => supervisor.stage('one', { module: stageModule('do-nothing') });
    expect(again).toThrow(TopologyError);
    expect(again).toThrow('there is a stage "one" already');
  });

  test.each<{ what: string; end: (supervisor: Supervisor) => unknown; says: RegExp }>([
    {
      what: 'what is no end',
      end: () => 'values',
      says: /the end "input" is not an end: give the/,
    },
    {
      what: 'a channel instead of one of its ends',
      end: (supervisor) => supervisor.channel('values'),
      says: /the end "input" is not an end: give the sender or the receiver/,
    },
    {
      what: 'an end of a channel inside this process',
      end: () => channel({ name: 'local' }).receiver,
      says: /"input" belongs to "local", which is not a channel of this supervisor/,
    },
    {
      what: 'an end of another supervisor',
      end: () => new Supervisor().channel('foreign').receiver,
      says: /"input" belongs to "foreign", which is not a channel of this supervisor/,
    },
  ])('that is given $what', ({ end, says }) => {
    const { supervisor } = supervise();
    const output = supervisor.channel<number>('output');
    const ends = { output: output.sender, input: end(supervisor) } as StageOptions['ends'] & object;
    const start = () => supervisor.stage('new', { module, ends });
    expect(start).toThrow(TopologyError);
    expect(start).toThrow(says);
    expect(output.sender.closed).toBe(false);
  });

  test('that is given one end twice', () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const ends = { first: values.receiver, second: values.receiver };
    const start = () => supervisor.stage('new', { module, ends });
    expect(start).toThrow('the end "second" of "values" is given twice: give a clone()');
    expect(values.receiver.closed).toBe(false);
  });

  test('that is given an end on which something waits', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const sent = values.sender.send(1);
    const start = () => supervisor.stage('new', { module, ends: { output: values.sender } });
    expect(start).toThrow(TopologyError);
    expect(start).toThrow(
      /cannot be given to stage "new" while operations on it wait: give a clone/,
    );
    expect(await values.receiver.receive()).toBe(1);
    await sent;
  });

  test('that is given all copies of an end on which something waits: none is taken', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const copy = values.sender.clone();
    const sent = values.sender.send(1);
    const ends = { first: values.sender, second: copy };
    expect(() => supervisor.stage('new', { module, ends })).toThrow(TopologyError);
    expect([values.sender.closed, copy.closed]).toEqual([false, false]);
    await channelShows(supervisor, 'values', { senders: 1 });
    expect(await values.receiver.receive()).toBe(1);
    await sent;
  });
});

describe('a channel is refused', () => {
  test.each([
    { options: { capacity: -1 }, says: /channel "values": capacity must be a whole number of 0/ },
    { options: { capacity: 1.5 }, says: /capacity must be a whole number/ },
    { options: { overflow: 'drop-newest' as const }, says: /needs a capacity of 1 or more/ },
    { options: { maxAttempts: 0 }, says: /maxAttempts must be a whole number of 1 or more/ },
  ])('with $options', ({ options, says }) => {
    const { supervisor } = supervise();
    const open = () => supervisor.channel('values', options);
    expect(open).toThrow(TopologyError);
    expect(open).toThrow(says);
  });

  test('whose name is taken', () => {
    const { supervisor } = supervise();
    supervisor.channel('values');
    expect(() => supervisor.channel('values')).toThrow('there is a channel "values" already');
  });
});
