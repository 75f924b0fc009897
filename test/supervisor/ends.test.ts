import { ChannelEndedError, EndClosedError, EndMovedError } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

describe('R9 the last sender', () => {
  test('is closed: the stage drains the channel, sees its end, and ends', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('taker', {
      module: stageModule('print-all'),
      ends: { input: values.receiver },
    });
    const sends = [1, 2, 3].map((value) => values.sender.send(value));
    values.sender.close();
    await Promise.all(sends);
    await supervisor.finished();
    expect(book.printed('taker')).toEqual(['took 1', 'took 2', 'took 3']);
  });

  test('is one of several clones: the channel ends with the last', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('taker', {
      module: stageModule('print-all'),
      ends: { input: values.receiver },
    });
    const second = values.sender.clone();
    const third = second.clone();
    values.sender.close();
    values.sender.close();
    second.close();
    await third.send(3);
    third.close();
    await supervisor.finished();
    expect(book.printed('taker')).toEqual(['took 3']);
  });

  test('leaves its scope: `using` closes it', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('taker', {
      module: stageModule('print-all'),
      ends: { input: values.receiver },
    });
    {
      using sender = values.sender;
      await sender.send(1);
    }
    await supervisor.finished();
    expect(book.printed('taker')).toEqual(['took 1']);
  });

  test('is in another stage beside one here: both have to go', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('taker', {
      module: stageModule('print-all'),
      ends: { input: values.receiver },
    });
    supervisor.stage('sender', {
      module: stageModule('send-numbers'),
      args: ['2'],
      ends: { output: values.sender.clone() },
    });
    await channelShows(supervisor, 'values', { senders: 1 });
    await values.sender.send(9);
    values.sender.close();
    await supervisor.finished();
    expect(book.printed('taker')).toEqual(['took 0', 'took 1', 'took 9']);
  });
});

test('R9 a stage closes its clones one by one: the channel ends with the last, while it lives on', async () => {
  const { supervisor } = supervise();
  const values = supervisor.channel<number>('values');
  const told = supervisor.channel<string>('told');
  const stage = supervisor.stage('sender', {
    module: stageModule('clone-and-close'),
    ends: { output: values.sender, told: told.sender },
  });
  const received: number[] = [];
  for await (const value of values.receiver) received.push(value);
  expect(received).toEqual([1, 2]);
  expect(stage.report.outcome).toBe('running');
  expect(await told.receiver.receive()).toContain('"values": this end was closed here');
  await supervisor.finished();
});

describe('R9 the last receiver', () => {
  test('is closed by its stage, which lives on: sends fail at once and give the value back', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<{ id: number }>('values');
    const told = supervisor.channel<null>('told');
    const value = { id: 1 };
    const waiting = rejection(values.sender.send(value));
    const stage = supervisor.stage('closer', {
      module: stageModule('close-receiver'),
      ends: { input: values.receiver, told: told.receiver },
    });
    const error = await waiting;
    expect(error).toBeInstanceOf(ChannelEndedError);
    expect((error as ChannelEndedError).value).toBe(value);
    expect(stage.report.outcome).toBe('running');
    expect(await rejection(values.sender.send(value))).toBeInstanceOf(ChannelEndedError);
    await told.sender.send(null);
    await supervisor.finished();
  });

  test('is shared by replicas: it is the last of them that counts', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('taker', {
      module: stageModule('take-one-and-exit'),
      args: ['0', '1'],
      replicas: 2,
      ends: { input: values.receiver },
    });
    await channelShows(supervisor, 'values', { receivers: 2 });
    await values.sender.send(1);
    await values.sender.send(2);
    expect(await rejection(values.sender.send(3))).toBeInstanceOf(ChannelEndedError);
  });
});

describe('an end that was given to a stage', () => {
  test('cannot be used here any more, and says where it is', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('taker', {
      module: stageModule('print-all'),
      ends: { input: values.receiver },
    });
    const error = await rejection(values.receiver.receive());
    expect(error).toBeInstanceOf(EndMovedError);
    expect(String(error)).toContain('"values": its receiver was given to stage "taker"');
    expect(String(error)).toContain('receiver.clone()');
    expect(() => values.receiver.clone()).toThrow(EndMovedError);
    expect(() =>
      supervisor.stage('other', {
        module: stageModule('print-all'),
        ends: { input: values.receiver },
      }),
    ).toThrow(EndMovedError);
    expect(values.receiver.closed).toBe(true);
    values.receiver.close();
    await values.sender.send(1);
  });

  test('as a clone leaves the original here', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('sender', {
      module: stageModule('send-numbers'),
      args: ['1'],
      ends: { output: values.sender.clone() },
    });
    expect(await values.receiver.receive()).toBe(0);
    const sent = values.sender.send(1);
    expect(await values.receiver.receive()).toBe(1);
    await sent;
  });
});

test('an end that was closed here says so', async () => {
  const { supervisor } = supervise();
  const values = supervisor.channel<number>('values');
  values.sender.close();
  expect(await rejection(values.sender.send(1))).toBeInstanceOf(EndClosedError);
  expect(await rejection(values.receiver.receive())).toBeInstanceOf(ChannelEndedError);
  const waiting = rejection(supervisor.channel<number>('other').receiver.receive());
  expect(() =>
    supervisor.stage('taker', { module: stageModule('print-all'), ends: { input: values.sender } }),
  ).toThrow(EndClosedError);
  await supervisor.stop();
  expect(await waiting).toBeInstanceOf(ChannelEndedError);
});
