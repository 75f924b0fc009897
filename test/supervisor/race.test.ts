import type { Supervisor } from 'handover';
import { describe, expect, test } from 'vitest';
import {
  type Opponent,
  type ReceiversStory,
  raceReceives,
  raceSends,
  type SendersStory,
  sendAtRandom,
  takeAtRandom,
} from '../support/race.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

const opponents: readonly Opponent[] = ['timeout', 'abort'];
const races = 10_000;

describe.each(opponents)('R4 an operation that races with its %s', (opponent) => {
  test('sends from the supervisor to a stage: both tell the same story', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const story = supervisor.channel<number[]>('story');
    supervisor.stage('taker', {
      module: stageModule('take-at-random'),
      ends: { input: values.receiver, story: story.sender },
    });
    const senders = await raceSends(values.sender, races, opponent);
    values.sender.close();
    expectOneStory(senders, await story.receiver.receive());
  });

  test('sends from a stage to the supervisor: both tell the same story', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const story = startSender(supervisor, values.sender, opponent);
    const received = await takeAtRandom(values.receiver);
    expectOneStory(await story.receive(), received);
  });

  test('sends from one stage to another: both tell the same story', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const sendersStory = startSender(supervisor, values.sender, opponent);
    const story = supervisor.channel<number[]>('story');
    supervisor.stage('taker', {
      module: stageModule('take-at-random'),
      ends: { input: values.receiver, story: story.sender },
    });
    const [senders, received] = await Promise.all([
      sendersStory.receive(),
      story.receiver.receive(),
    ]);
    expectOneStory(senders, received);
  });

  test('receives of a stage from the supervisor: nothing that was sent is missing', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const story = supervisor.channel<ReceiversStory>('story');
    supervisor.stage('taker', {
      module: stageModule('race-receives'),
      args: [opponent],
      ends: { input: values.receiver, story: story.sender },
    });
    await sendAtRandom(values.sender, races / 5);
    values.sender.close();
    expectNothingMissing(await story.receiver.receive());
  });

  test('receives of the supervisor from a stage: nothing that was sent is missing', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    supervisor.stage('sender', {
      module: stageModule('send-at-random'),
      args: [String(races / 5)],
      ends: { output: values.sender },
    });
    expectNothingMissing(await raceReceives(values.receiver, opponent));
  });
});

function startSender(
  supervisor: Supervisor,
  output: Parameters<typeof raceSends>[0],
  opponent: Opponent,
) {
  const story = supervisor.channel<SendersStory>('story of the sender');
  supervisor.stage('sender', {
    module: stageModule('race-sends'),
    args: [String(races), opponent],
    ends: { output, story: story.sender },
  });
  return story.receiver;
}

/** What was sent was received, what was given up was not; and both have happened, else nothing was raced. */
function expectOneStory({ sent, givenUp, wrong }: SendersStory, received: number[]): void {
  expect(wrong).toEqual([]);
  expect(sent.length + givenUp.length).toBe(races);
  expect(received.toSorted(inOrder)).toEqual(sent.toSorted(inOrder));
  expect(sent.length).toBeGreaterThan(races / 100);
  expect(givenUp.length).toBeGreaterThan(races / 100);
}

function expectNothingMissing({ received, givenUp }: ReceiversStory): void {
  expect(received).toEqual(Array.from({ length: races / 5 }, (_, value) => value));
  expect(givenUp).toBeGreaterThan(races / 100);
}

function inOrder(a: number, b: number): number {
  return a - b;
}
