import { type ChannelOptions, type Receiver, UndeliveredError } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { kill, rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { type Supervision, supervise } from '../support/supervision.ts';

describe('a channel with a capacity, from one stage to another', () => {
  test('R5 block: so many sends resolve before anybody receives, the others wait', async () => {
    const supervision = supervise();
    const receiver = startSender(supervision, { capacity: 3 });
    await channelShows(supervision.supervisor, 'values', { buffered: 3, waitingSenders: 7 });
    await supervision.book.until('sender', 'sent 2');
    expect(supervision.book.printed('sender')).toEqual(['sent 0', 'sent 1', 'sent 2']);
    expect(await printedBy(supervision, receiver)).toEqual(values(0, 10));
    expect(supervision.supervisor.statistics().get('values')).toMatchObject({
      taken: 10,
      discarded: 0,
      deadLetters: 0,
    });
  });

  test('drop-newest: every send resolves, the first values are there', async () => {
    const supervision = supervise();
    const receiver = startSender(supervision, { capacity: 3, overflow: 'drop-newest' });
    await supervision.book.until('sender', 'sent 9');
    await channelShows(supervision.supervisor, 'values', { buffered: 3, discarded: 7 });
    expect(await printedBy(supervision, receiver)).toEqual(values(0, 3));
  });

  test('drop-oldest: every send resolves, the last values are there', async () => {
    const supervision = supervise();
    const receiver = startSender(supervision, { capacity: 3, overflow: 'drop-oldest' });
    await supervision.book.until('sender', 'sent 9');
    await channelShows(supervision.supervisor, 'values', { buffered: 3, discarded: 7 });
    expect(await printedBy(supervision, receiver)).toEqual(values(7, 10));
  });
});

describe('R9 values that were accepted outlive their sender', () => {
  test('which ended well: they are received, and then the channel ends', async () => {
    const { supervisor } = supervise();
    const channel = supervisor.channel<number>('values', { capacity: 10 });
    supervisor.stage('sender', {
      module: stageModule('send-numbers'),
      args: ['10'],
      ends: { output: channel.sender },
    });
    await supervisor.finished();
    const received: number[] = [];
    for await (const value of channel.receiver) received.push(value);
    expect(received).toEqual(Array.from({ length: 10 }, (_, value) => value));
  });

  test('which was killed: they are received, and then the channel is broken', async () => {
    const supervision = supervise();
    const receiver = startSender(supervision, { capacity: 3 });
    await supervision.book.until('sender', 'sent 2');
    await channelShows(supervision.supervisor, 'values', { buffered: 3, waitingSenders: 7 });
    await kill(supervision, 'sender', 'SIGKILL');
    for (const expected of [0, 1, 2]) expect(await receiver.receive()).toBe(expected);
    const error = await rejection(receiver.receive());
    expect(error).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { signal: 'SIGKILL' } });
  });

  test('and nobody is left to receive them: finished() says how many, and where', async () => {
    const { supervisor } = supervise();
    const channel = supervisor.channel<number>('values', { capacity: 5 });
    for (const value of [1, 2, 3]) await channel.sender.send(value);
    supervisor.stage('idler', {
      module: stageModule('do-nothing'),
      ends: { input: channel.receiver },
    });
    const error = await rejection(supervisor.finished());
    expect(error).toBeInstanceOf(UndeliveredError);
    expect((error as UndeliveredError).counts).toEqual(new Map([['values', 3]]));
    expect(String(error)).toContain('3 on "values"');
  });
});

test('R7 a receiver that dies gives back what it held of a full channel, which stays full', async () => {
  const supervision = supervise();
  const { supervisor, book } = supervision;
  const channel = supervisor.channel<number>('values', { capacity: 2 });
  const others = channel.receiver.clone();
  for (const value of [0, 1]) await channel.sender.send(value);
  supervisor.stage('victim', {
    module: stageModule('hold-what-comes'),
    args: ['2'],
    ends: { input: channel.receiver },
  });
  await book.until('victim', 'in hand: 1');
  const third = channel.sender.send(2);
  await channelShows(supervisor, 'values', { inHand: 2, buffered: 0, waitingSenders: 1 });
  await kill(supervision, 'victim', 'SIGKILL');
  await channelShows(supervisor, 'values', { inHand: 0, buffered: 2, waitingSenders: 1 });
  for (const expected of [0, 1, 2]) expect(await others.receive()).toBe(expected);
  await third;
});

/** Ten sends, begun together. */
function startSender({ supervisor }: Supervision, options: ChannelOptions): Receiver<number> {
  const channel = supervisor.channel<number>('values', options);
  supervisor.stage('sender', {
    module: stageModule('send-and-wait'),
    args: ['10'],
    ends: { output: channel.sender },
  });
  return channel.receiver;
}

/** What a stage takes that gets the receiver now. */
async function printedBy({ supervisor, book }: Supervision, input: Receiver<number>) {
  supervisor.stage('taker', { module: stageModule('print-all'), ends: { input } });
  await supervisor.finished();
  return book.printed('taker');
}

function values(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `took ${from + index}`);
}
