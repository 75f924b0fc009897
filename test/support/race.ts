/** Operations that race with their own end of patience, and what they say became of them. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  AbortedError,
  type Patience,
  type Receiver,
  type Sender,
  TimedOutError,
} from 'handover/child';

/** What ends the patience of an operation: its timeout, or a signal. */
export type Opponent = 'timeout' | 'abort';

/** What the senders say. */
export interface SendersStory {
  readonly sent: number[];
  readonly givenUp: number[];
  /** Given up, but with attempts or with another value in the error: never right where nobody dies. */
  readonly wrong: number[];
}

/** What the receivers say. */
export interface ReceiversStory {
  readonly received: number[];
  readonly givenUp: number;
}

/** Sends 0, 1, 2, … in batches; each waits for 0 to 2 ms at most. */
export async function raceSends(
  sender: Sender<number>,
  count: number,
  opponent: Opponent,
): Promise<SendersStory> {
  const story: SendersStory = { sent: [], givenUp: [], wrong: [] };
  const race = async (value: number) => {
    try {
      await sender.send(value, shortPatience(opponent));
      story.sent.push(value);
    } catch (error) {
      if (!isEndOfPatience(error)) throw error;
      if (error.attempts !== 0 || error.value !== value) story.wrong.push(value);
      else story.givenUp.push(value);
    }
  };
  const batch = 50;
  for (let first = 0; first < count; first += batch) {
    await Promise.all(Array.from({ length: batch }, (_, index) => race(first + index)));
  }
  return story;
}

/** Receives until the channel ends; each receive waits for 0 to 2 ms at most. */
export async function raceReceives(
  receiver: Receiver<number>,
  opponent: Opponent,
): Promise<ReceiversStory> {
  const received: number[] = [];
  let givenUp = 0;
  for (;;) {
    try {
      received.push(await receiver.receive(shortPatience(opponent)));
    } catch (error) {
      if (!isEndOfPatience(error)) return { received, givenUp };
      givenUp++;
    }
  }
}

/** Takes all that comes, with a pause now and then. */
export async function takeAtRandom(receiver: Receiver<number>): Promise<number[]> {
  const received: number[] = [];
  for await (const value of receiver) {
    received.push(value);
    if (Math.random() < 0.1) await pause(1);
  }
  return received;
}

/** Sends 0, 1, 2, … one after the other, with a pause now and then. */
export async function sendAtRandom(sender: Sender<number>, count: number): Promise<void> {
  for (let value = 0; value < count; value++) {
    await sender.send(value);
    if (Math.random() < 0.6) await pause(Math.random() * 3);
  }
}

function shortPatience(opponent: Opponent): Patience {
  const milliseconds = Math.floor(Math.random() * 3);
  if (opponent === 'timeout') return { timeout: milliseconds };
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return { signal: controller.signal };
}

function isEndOfPatience(error: unknown): error is TimedOutError | AbortedError {
  return error instanceof TimedOutError || error instanceof AbortedError;
}
