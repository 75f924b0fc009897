import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  AbortedError,
  ChannelEndedError,
  channel,
  EndClosedError,
  Sender,
  toReadable,
  toWritable,
} from 'handover';
import { describe, expect, test } from 'vitest';
import { Desk, now } from '../src/party/desk.ts';

const letters = ['a', 'b', 'c', 'd', 'e'];

/** A source that tells how far it was read. */
function counted(values: readonly string[]) {
  const left = [...values];
  const stream = new ReadableStream<string>(
    {
      pull: (controller) => {
        const value = left.shift();
        if (value === undefined) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, read: () => values.length - left.length };
}

describe('R1 a channel as a stream to write to', () => {
  test('R1 a write is done when its value was taken', async () => {
    const [tx, rx] = channel<string>();
    const writer = toWritable(tx).getWriter();
    const [first, second] = [writer.write('a'), writer.write('b')];
    expect(await rx.receive()).toBe('a');
    await first;
    expect(await now(second)).toBe('waiting');
    expect(await rx.receive()).toBe('b');
    await second;
  });

  test('R5 what is piped to it is read as fast as it is taken', async () => {
    const [tx, rx] = channel<string>();
    const { stream, read } = counted(letters);
    const piped = stream.pipeTo(toWritable(tx));
    for (const [index, letter] of letters.entries()) {
      await now(piped);
      expect(read()).toBe(index + 1);
      expect(await rx.receive()).toBe(letter);
    }
    await piped;
  });

  test('R9 closing it closes the sender, when all was taken', async () => {
    const [tx, rx] = channel<string>();
    const piped = counted(letters).stream.pipeTo(toWritable(tx));
    expect(await Array.fromAsync(rx)).toEqual(letters);
    await piped;
    expect(tx.closed).toBe(true);
  });

  test('R4 aborting it withdraws what is under way, and leaves the sender open', async () => {
    const [tx, rx] = channel<string>();
    const stream = toWritable(tx);
    const writer = stream.getWriter();
    const writing = writer.write('a').catch((error: unknown) => error);
    await now(writing);
    await writer.abort('enough');
    expect(await writing).toMatchObject({ code: 'ABORTED', value: 'a', cause: 'enough' });
    expect(await writing).toBeInstanceOf(AbortedError);
    expect(tx.closed).toBe(false);
    expect(await rx.tryReceive()).toBeUndefined();
  });

  test('R4 it fails with the error of the send, and whatever is piped to it is cancelled', async () => {
    const [tx, rx] = channel<string>();
    rx.close();
    let reason: unknown;
    const source = new ReadableStream<string>({
      pull: (controller) => controller.enqueue('a'),
      cancel: (why) => {
        reason = why;
      },
    });
    const failed = source.pipeTo(toWritable(tx)).catch((error: unknown) => error);
    expect(await failed).toBeInstanceOf(ChannelEndedError);
    expect(await failed).toMatchObject({ value: 'a' });
    expect(reason).toBe(await failed);
  });

  test('R4 it fails when its sender was closed by hand', async () => {
    const [tx] = channel<string>();
    const writer = toWritable(tx).getWriter();
    tx.close();
    await expect(writer.write('a')).rejects.toBeInstanceOf(EndClosedError);
    await expect(writer.closed).rejects.toBeInstanceOf(EndClosedError);
  });

  test('R12 a write that waits waits for others alone', async () => {
    const desk = new Desk();
    const writer = toWritable(desk.sender<string>()).getWriter();
    const written = writer.write('a');
    await now(written);
    expect(desk.said()).toEqual(['1: send "a" on 1']);
    expect(desk.party.isPatient).toBe(true);
    desk.complete(1);
    await written;
  });

  test('R1 as a stream of Node, too', async () => {
    const [tx, rx] = channel<string>();
    const stream = Writable.fromWeb(toWritable(tx) as never, { objectMode: true });
    const done = pipeline(Readable.from(letters), stream);
    expect(await Array.fromAsync(rx)).toEqual(letters);
    await done;
  });
});

describe('R1 a channel as a stream to read from', () => {
  test('R5 nothing is received before it is asked for', async () => {
    const [tx, rx] = channel<string>();
    const reader = toReadable(rx).getReader();
    const sending = tx.sendAll(letters, { window: 1 });
    expect((await rx.statistics()).waitingReceivers).toBe(0);
    expect(await reader.read()).toEqual({ value: 'a', done: false });
    await now(sending);
    expect((await rx.statistics()).taken).toBe(1);
    expect((await rx.statistics()).waitingReceivers).toBe(0);
  });

  test('R9 it ends when the channel does', async () => {
    const [tx, rx] = channel<string>();
    const sending = tx.sendAll(letters).then(() => tx.close());
    expect(await Array.fromAsync(toReadable(rx))).toEqual(letters);
    await sending;
  });

  test('R2 a value that was asked for, and that nobody reads any more, stays in the channel', async () => {
    const [tx, rx] = channel<string>();
    const other = rx.clone();
    const reader = toReadable(rx).getReader();
    const reading = reader.read();
    await reader.cancel();
    expect(await reading).toEqual({ value: undefined, done: true });
    expect(rx.closed).toBe(true);
    const sent = tx.send('a');
    expect(await other.receive()).toBe('a');
    await sent;
  });

  test('R2 also when it crosses the cancelling', async () => {
    const desk = new Desk();
    const receiver = desk.receiver<string>();
    const reader = toReadable(receiver).getReader();
    const reading = reader.read();
    await now(reading);
    await reader.cancel();
    expect(desk.said()).toEqual(['1: receive on 1', '1: withdraw, final']);
    desk.deliver(1, 'a');
    await now(reading);
    expect(desk.said()).toEqual(['close 1', '1: returned']);
    expect(await reading).toEqual({ value: undefined, done: true });
  });

  test('R9 it fails with the error of the channel', async () => {
    const [, rx] = channel<string>();
    rx.close();
    await expect(toReadable(rx).getReader().read()).rejects.toBeInstanceOf(EndClosedError);
  });

  test('R5 as a stream of Node, too, which takes nothing that nobody reads', async () => {
    const [tx, rx] = channel<string>();
    const sending = tx.sendAll(letters, { window: 1 }).then(() => tx.close());
    const stream = Readable.fromWeb(toReadable(rx) as never, {
      objectMode: true,
      highWaterMark: 0,
    });
    await new Promise(setImmediate);
    expect((await tx.statistics()).taken).toBe(0);
    expect(await stream.toArray()).toEqual(letters);
    await sending;
  });

  test('R1 a pipeline of Node takes ends as they are', async () => {
    const [tx, rx] = channel<string>();
    const [shout, shouts] = channel<string>();
    const sending = tx.sendAll(letters).then(() => tx.close());
    const upper = async function* (source: AsyncIterable<string>) {
      for await (const letter of source) yield letter.toUpperCase();
    };
    const done = pipeline(rx, upper, async (source: AsyncIterable<string>) => {
      await shout.sendAll(source);
      shout.close();
    });
    expect(await Array.fromAsync(shouts)).toEqual(['A', 'B', 'C', 'D', 'E']);
    await Promise.all([done, sending]);
    expect(shout).toBeInstanceOf(Sender);
  });
});
