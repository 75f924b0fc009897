import { ChannelBrokenError, LostError, type Receiver, type Sender } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { failureOf, kill, rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { type Supervision, supervise } from '../support/supervision.ts';

const signals = ['SIGKILL', 'SIGSEGV'] as const;

describe.each(signals)('a receiver dies of %s', (signal) => {
  test('R7 while it waits: the next value goes to another replica, as a first attempt', async () => {
    const { supervision, values, others } = prepare();
    startReceiver(supervision, 'victim', 'hold-what-comes', values.receiver, 1);
    await channelShows(supervision.supervisor, 'values', { waitingReceivers: 1 });
    await kill(supervision, 'victim', signal);
    startReceiver(supervision, 'survivor', 'take-what-comes', others);
    await values.sender.send(1);
    await supervision.book.until('survivor', 'took: 1, attempt 1');
    expect(await failureOf(supervision.supervisor, 'victim')).toMatchObject({
      stage: 'victim',
      signal,
      held: [],
    });
  });

  test('R9 while it waits, and was the last: sends fail with their values and the cause', async () => {
    const { supervision, values, others } = prepare();
    others.close();
    startReceiver(supervision, 'victim', 'hold-what-comes', values.receiver, 1);
    await channelShows(supervision.supervisor, 'values', { waitingReceivers: 1 });
    await kill(supervision, 'victim', signal);
    const error = await rejection(values.sender.send(1));
    expect(error).toBeInstanceOf(ChannelBrokenError);
    expect(error).toMatchObject({ value: 1, attempts: 0, cause: { stage: 'victim', signal } });
  });

  test('R7 with a value in hand: it goes to another replica, as the second attempt', async () => {
    const { supervision, values, others } = prepare();
    startReceiver(supervision, 'victim', 'hold-what-comes', values.receiver, 1);
    let sent = false;
    const send = values.sender.send(1).then(() => {
      sent = true;
    });
    await supervision.book.until('victim', 'in hand: 1, attempt 1');
    const story = await kill(supervision, 'victim', signal);
    expect(sent).toBe(false);
    startReceiver(supervision, 'survivor', 'take-what-comes', others);
    await send;
    await supervision.book.until('survivor', 'took: 1, attempt 2');
    expect(await failureOf(supervision.supervisor, 'victim')).toMatchObject({
      stage: 'victim',
      signal,
      held: [{ channel: 'values', what: 'receiving', count: 1 }],
    });
    expect(story).toContain('1 value from "values" that it had not taken');
  });

  test('R7 with several in hand: they go to another replica in their old order', async () => {
    const { supervision, values, others } = prepare();
    startReceiver(supervision, 'victim', 'hold-what-comes', values.receiver, 3);
    const sends = [1, 2, 3, 4].map((value) => values.sender.send(value));
    await supervision.book.until('victim', 'in hand: 3, attempt 1');
    await kill(supervision, 'victim', signal);
    startReceiver(supervision, 'survivor', 'take-what-comes', others);
    await Promise.all(sends);
    await supervision.book.until('survivor', 'took: 4');
    expect(supervision.book.printed('survivor')).toEqual([
      'took: 1, attempt 2',
      'took: 2, attempt 2',
      'took: 3, attempt 2',
      'took: 4, attempt 1',
    ]);
  });

  test('R9 with a value in hand, and was the last: the send fails, and says that it may have been taken', async () => {
    const { supervision, values, others } = prepare();
    others.close();
    startReceiver(supervision, 'victim', 'hold-what-comes', values.receiver, 1);
    const outcome = rejection(values.sender.send(1));
    await supervision.book.until('victim', 'in hand: 1');
    await kill(supervision, 'victim', signal);
    const error = await outcome;
    expect(error).toBeInstanceOf(ChannelBrokenError);
    expect(error).toMatchObject({ value: 1, attempts: 1, cause: { stage: 'victim', signal } });
    expect(String(error)).toContain('may have been taken');
  });

  test('R2 after it said taken: the send has resolved, and nobody else gets the value', async () => {
    const { supervision, values, others } = prepare();
    startReceiver(supervision, 'victim', 'take-what-comes', values.receiver);
    await values.sender.send(1);
    await kill(supervision, 'victim', signal);
    startReceiver(supervision, 'survivor', 'take-what-comes', others);
    await values.sender.send(2);
    await supervision.book.until('survivor', 'took');
    expect(supervision.book.printed('survivor')).toEqual(['took: 2, attempt 1']);
    expect(await failureOf(supervision.supervisor, 'victim')).toMatchObject({ held: [] });
  });
});

describe.each(signals)('a sender dies of %s', (signal) => {
  test('R8 R9 while its sends wait: they vanish, and the end is not a clean one', async () => {
    const { supervision, values, others } = prepare();
    others.close();
    startSender(supervision, 'victim', values.sender, 3);
    await channelShows(supervision.supervisor, 'values', { waitingSenders: 3 });
    const story = await kill(supervision, 'victim', signal);
    const error = await rejection(values.receiver.receive());
    expect(error).toBeInstanceOf(ChannelBrokenError);
    expect(error).toMatchObject({ cause: { stage: 'victim', signal } });
    expect(await failureOf(supervision.supervisor, 'victim')).toMatchObject({
      held: [{ channel: 'values', what: 'sending', count: 3 }],
    });
    expect(story).toContain('3 values for "values" that nobody had taken');
  });

  test('R9 while another sender lives: what that one sends is received, and then the channel is broken', async () => {
    const { supervision, values } = prepare();
    const other = values.sender.clone();
    startSender(supervision, 'victim', values.sender, 3);
    await channelShows(supervision.supervisor, 'values', { waitingSenders: 3 });
    await kill(supervision, 'victim', signal);
    const sent = other.send(9);
    other.close();
    expect(await values.receiver.receive()).toBe(9);
    await sent;
    const error = await rejection(values.receiver.receive());
    expect(error).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { stage: 'victim', signal } });
  });

  test('R8 while its value is in a hand: it is taken once, without it', async () => {
    const { supervision, values, others } = prepare();
    const told = supervision.supervisor.channel<null>('told');
    supervision.supervisor.stage('taker', {
      module: stageModule('take-when-told'),
      ends: { input: values.receiver, told: told.receiver },
    });
    startSender(supervision, 'victim', values.sender, 1);
    await supervision.book.until('taker', 'in hand: 0, attempt 1');
    await kill(supervision, 'victim', signal);
    await told.sender.send(null);
    await supervision.book.until('taker', 'taken');
    await channelShows(supervision.supervisor, 'values', { taken: 1, inHand: 0, buffered: 0 });
    const error = await rejection(others.receive());
    expect(error).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { stage: 'victim' } });
    expect(await failureOf(supervision.supervisor, 'victim')).toMatchObject({
      held: [{ channel: 'values', what: 'sending', count: 1 }],
    });
  });

  test('R7 R8 and so does the receiver that has its value in hand: it is delivered again without both', async () => {
    const { supervision, values, others } = prepare();
    startReceiver(supervision, 'receiver', 'hold-what-comes', values.receiver, 1);
    startSender(supervision, 'victim', values.sender, 1);
    await supervision.book.until('receiver', 'in hand: 0, attempt 1');
    await kill(supervision, 'victim', signal);
    await kill(supervision, 'receiver', signal);
    await channelShows(supervision.supervisor, 'values', { buffered: 1, inHand: 0 });
    startReceiver(supervision, 'survivor', 'take-what-comes', others);
    await supervision.book.until('survivor', 'took: 0, attempt 2');
  });
});

test('R8 a sender is killed amid a message: nothing of it arrives, and the signal is the cause', async () => {
  const supervision = supervise();
  const values = supervision.supervisor.channel<number>('values');
  const halfAnOffer = Buffer.concat([Buffer.from('c148000a00001000', 'hex'), Buffer.alloc(1000)]);
  supervision.supervisor.stage('victim', {
    module: stageModule('greet-and-write-bytes'),
    args: [halfAnOffer.toString('base64')],
    ends: { output: values.sender },
  });
  await supervision.book.until('victim', 'written');
  const story = await kill(supervision, 'victim', 'SIGKILL');
  expect(story).toContain('stage "victim" was killed by SIGKILL');
  expect(await rejection(values.receiver.receive())).toMatchObject({
    code: 'CHANNEL_BROKEN',
    cause: { stage: 'victim', signal: 'SIGKILL' },
  });
});

describe('R7 maxAttempts', () => {
  test('as many receivers as allowed die with the value: its send fails as lost, with the value', async () => {
    const supervision = supervise();
    const values = supervision.supervisor.channel<number>('values', { maxAttempts: 2 });
    const others = values.receiver.clone();
    const outcome = rejection(values.sender.send(7));
    const later = values.sender.send(8);
    startReceiver(supervision, 'first', 'hold-what-comes', values.receiver, 1);
    await supervision.book.until('first', 'in hand: 7, attempt 1');
    const second = others.clone();
    startReceiver(supervision, 'second', 'hold-what-comes', second, 1);
    await supervision.book.until('second', 'in hand: 8, attempt 1');
    await kill(supervision, 'first', 'SIGKILL');
    startReceiver(supervision, 'third', 'hold-what-comes', others.clone(), 1);
    await supervision.book.until('third', 'in hand: 7, attempt 2');
    await kill(supervision, 'third', 'SIGKILL');
    const error = await outcome;
    expect(error).toBeInstanceOf(LostError);
    expect(error).toMatchObject({ value: 7, attempts: 2, channel: 'values' });
    expect(String(error)).toContain('maxAttempts');

    await kill(supervision, 'second', 'SIGKILL');
    expect(await others.receive()).toBe(8);
    await later;
  });

  test('of a sender that is dead: the value is counted as discarded', async () => {
    const supervision = supervise();
    const values = supervision.supervisor.channel<number>('values', { maxAttempts: 1 });
    const others = values.receiver.clone();
    startReceiver(supervision, 'receiver', 'hold-what-comes', values.receiver, 1);
    startSender(supervision, 'victim', values.sender, 1);
    await supervision.book.until('receiver', 'in hand: 0');
    await kill(supervision, 'victim', 'SIGKILL');
    await kill(supervision, 'receiver', 'SIGKILL');
    await expect(others.receive()).rejects.toThrow(ChannelBrokenError);
    expect(supervision.supervisor.statistics().get('values')).toMatchObject({ discarded: 1 });
  });
});

test('R8 R9 a sender that dies while 1,000 sends are pending: what was taken was sent, the rest vanishes', async () => {
  const supervision = supervise();
  const values = supervision.supervisor.channel<number>('values');
  startSender(supervision, 'victim', values.sender, 1_000);
  const received: number[] = [];
  for (let turn = 0; turn < 100; turn++) received.push(await values.receiver.receive());
  await kill(supervision, 'victim', 'SIGKILL');
  const error = await rejection(values.receiver.receive());
  expect(error).toMatchObject({ code: 'CHANNEL_BROKEN', cause: { signal: 'SIGKILL' } });
  expect(received).toEqual(Array.from({ length: 100 }, (_, value) => value));
  const said = supervision.book.printed('victim').map((line) => Number(line.replace('sent ', '')));
  expect(received).toEqual(expect.arrayContaining(said));
});

test('R7 process.abort() right after a receive: the send resolved or the value comes again, never neither', async () => {
  const supervision = supervise();
  const values = supervision.supervisor.channel<number>('values');
  const others = values.receiver.clone();
  supervision.supervisor.stage('victim', {
    module: stageModule('take-one-and-abort'),
    ends: { input: values.receiver },
  });
  const send = values.sender.send(1);
  await supervision.supervisor.finished().catch(() => {});
  expect(supervision.supervisor.report().stages[0]?.exits[0]).toMatchObject({ signal: 'SIGABRT' });
  const { taken = 0 } = supervision.supervisor.statistics().get('values') ?? {};
  if (taken === 0) expect(await others.receive()).toBe(1);
  await send;
  expect(supervision.supervisor.statistics().get('values')).toMatchObject({ taken: 1 });
});

/** One channel with two receivers: one for the victim, one for who comes after it. */
function prepare() {
  const supervision = supervise();
  const values = supervision.supervisor.channel<number>('values');
  return { supervision, values, others: values.receiver.clone() };
}

function startReceiver(
  { supervisor }: Supervision,
  name: string,
  module: string,
  input: Receiver<number>,
  receives = 1,
): void {
  supervisor.stage(name, {
    module: stageModule(module),
    args: [String(receives)],
    ends: { input },
  });
}

function startSender(
  { supervisor }: Supervision,
  name: string,
  output: Sender<number>,
  count: number,
): void {
  supervisor.stage(name, {
    module: stageModule('send-and-wait'),
    args: [String(count)],
    ends: { output },
  });
}
