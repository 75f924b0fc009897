/** Channels as web streams, for code that wants those. What is written is sent, what is read was received. */
import type { ReadableStreamDefaultController } from 'node:stream/web';
import { Handle } from '../src/ends/handle.ts';
import { Receiver } from '../src/ends/receiver.ts';
import type { Sender } from '../src/ends/sender.ts';
import { Sending, type Sendings } from '../src/ends/sending.ts';
import { ChannelEndedError } from '../src/errors.ts';
import type { Settlers } from '../src/party/waiting-code.ts';
import { watchSignal } from '../src/party/watch.ts';

/**
 * A stream that sends what is written to it. A write is done when its value was taken, so they go one after the other;
 * `sender.sendAll(stream)` has several under way.
 *
 * Closing the stream closes the sender. Aborting it withdraws the value that is under way, and leaves the sender open:
 * receivers do not take what was cut off for the end. Close it, or let the process fail. A send that fails makes the
 * stream fail with its error.
 *
 * @example
 * await response.body.pipeTo(toWritable(chunks));
 */
export function toWritable<T>(sender: Sender<T>): WritableStream<T> {
  return new WritableStream<T>({
    write: (value, controller) => write(sender, value, controller),
    close: () => sender.close(),
  });
}

/**
 * A stream of what is received. Nothing is received before somebody asks for it, and when reading is called off, the
 * value that was asked for stays in the channel, or goes back to its old place in line.
 *
 * The stream ends when the channel does, and fails with its error when the channel is broken. Cancelling it closes the
 * receiver.
 *
 * @example
 * return new Response(toReadable(lines).pipeThrough(new TextEncoderStream()));
 */
export function toReadable<T>(receiver: Receiver<T>): ReadableStream<T> {
  const cancelling = new AbortController();
  const { signal } = cancelling;
  return new ReadableStream<T>(
    {
      pull: (controller) => pull(receiver, controller, signal),
      cancel: () => {
        cancelling.abort();
        receiver.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The types of Node do not have it: it fires when the stream is aborted, also while a write is under way. */
interface Aborting {
  readonly signal: AbortSignal;
}

/**
 * Not with the signal as that of the send: who waits with a signal of his own waits not for others alone, but here it is
 * the code behind the stream that would have to call it off.
 */
function write<T>(sender: Sender<T>, value: T, controller: object): Promise<void> {
  const { signal } = controller as Aborting;
  return new Promise((resolve, reject) => {
    const settlers: Settlers<void> = { resolve, reject };
    const sendings: Sendings<T> = {
      settlers,
      isPatient: true,
      taken: () => {
        unwatch();
        settlers.resolve();
      },
      failed: (_, error) => {
        unwatch();
        settlers.reject(error);
      },
    };
    const sending = new Sending(sendings, 0, value);
    const unwatch = watchSignal(signal, () => sending.withdraw(signal.reason));
    sending.begin(Handle.heldFor(sender, value));
  });
}

/** The value stays in hand until it is certain that somebody reads it. */
async function pull<T>(
  receiver: Receiver<T>,
  controller: ReadableStreamDefaultController<T>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const work = await Receiver.work(receiver, { signal });
    if (signal.aborted) {
      work.giveBack();
      return;
    }
    work.taken();
    controller.enqueue(work.value);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ChannelEndedError)) throw error;
    controller.close();
  }
}
