import { channel, TimedOutError } from 'handover';
import { describe, expect, test } from 'vitest';
import { LocalChannels } from '../../../src/local.ts';
import { Random } from '../../model/random.ts';
import { schedules, seedOf } from '../../model/schedules.ts';
import { SimulatedClock } from '../../simulation/clock.ts';
import { now } from '../party/desk.ts';

/** What one side of a race has to tell. */
type Story = 'met' | 'timed out';

const races = schedules(10_000);

/** Both sides tell the same, or somebody lies. */
function compare(sent: Story, received: Story, seed: number): Story {
  if (sent !== received) expect.fail(`seed ${seed}: sent ${sent}, received ${received}`);
  return sent;
}

function storyOf<T>(promise: Promise<T>, expected: T, value?: string): Promise<Story> {
  return promise.then(
    (got) => {
      expect(got).toBe(expected);
      return 'met' as const;
    },
    (error: TimedOutError) => {
      expect(error).toBeInstanceOf(TimedOutError);
      expect([error.value, error.attempts]).toEqual([value, 0]);
      return 'timed out' as const;
    },
  );
}

describe('R4 a timeout that races with a completion', () => {
  test(`R4 both sides tell the same story, ${races.count} times, on the machine’s clock`, async () => {
    const together = 500;
    const stories = new Map<Story, number>();
    for (let from = 0; from < races.count; from += together) {
      const batch = Array.from({ length: Math.min(together, races.count - from) }, (_, index) =>
        race(seedOf(races, from + index)),
      );
      for (const story of await Promise.all(batch)) {
        stories.set(story, (stories.get(story) ?? 0) + 1);
      }
    }
    if (races.count < 1_000) return;
    expect(stories.get('met')).toBeGreaterThan(0);
    expect(stories.get('timed out')).toBeGreaterThan(0);
  });

  async function race(seed: number): Promise<Story> {
    const random = new Random(seed);
    const [tx, rx] = channel<string>({ name: `race ${seed}` });
    const patience = () => ({ timeout: random.below(3) });
    const send = () => storyOf(tx.send('a', patience()), undefined, 'a');
    const receive = () => storyOf(rx.receive(patience()), 'a');
    const later = <T>(begin: () => Promise<T>): Promise<T> =>
      new Promise((resolve) => setTimeout(() => resolve(begin()), random.below(3)));
    const [sent, received] = random.chance(0.5)
      ? await Promise.all([send(), later(receive)])
      : await Promise.all([later(send), receive()]);
    return compare(sent, received, seed);
  }

  test('R4 both sides tell the same story in every order of two timers and two beginnings', async () => {
    const orders = permutations(['send', 'receive', 'tick', 'tick'] as const);
    for (const [seed, order] of orders.entries()) {
      for (const [sendLimit, receiveLimit] of [
        [1, 1],
        [1, 2],
        [2, 1],
        [0, 0],
      ] as const) {
        const clock = new SimulatedClock();
        const [tx, rx] = new LocalChannels(clock).open<string>({});
        const stories: Promise<Story>[] = [];
        for (const move of order) {
          if (move === 'tick' && clock.isWaitedFor) clock.advance();
          if (move === 'send') {
            stories.push(storyOf(tx.send('a', { timeout: sendLimit }), undefined, 'a'));
          }
          if (move === 'receive') {
            stories.push(storyOf(rx.receive({ timeout: receiveLimit }), 'a'));
          }
        }
        while (clock.isWaitedFor) clock.advance();
        const [one, two] = (await now(Promise.all(stories))) as readonly Story[];
        compare(one ?? 'met', two ?? 'timed out', seed);
      }
    }
  });
});

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}
