import { expect, test } from 'vitest';
import type { ArbiterEvent, ChannelEnd, Effect } from '../../src/arbiter/events.ts';
import { EventMaker } from './events.ts';
import { Random } from './random.ts';
import { howToRepeat, schedules, seedOf } from './schedules.ts';
import { shrink } from './shrink.ts';
import { type Difference, Twins } from './twins.ts';

type Event = ArbiterEvent<string>;

const file = 'test/model/arbiter.test.ts';
const plan = schedules(60_000);
const eventsEach = 40;
const rare = ['ask', 'released', 'retried', 'buried'];

test(`R1–R9 the arbiter does what its naive model does, in ${plan.count} random schedules`, {
  timeout: 3_600_000,
}, () => {
  const seen = new Map<string, number>();
  for (let index = 0; index < plan.count; index++) {
    const seed = seedOf(plan, index);
    const events = runFresh(seed);
    if ('difference' in events) expect.fail(report(seed, events.events));
    for (const event of events.events) {
      const carries = event.type === 'offer' && endsOf(event).length > 0;
      for (const type of carries ? [event.type, 'ends in values'] : [event.type]) {
        seen.set(type, (seen.get(type) ?? 0) + 1);
      }
    }
    for (const { type } of events.effects) {
      if (rare.includes(type)) seen.set(type, (seen.get(type) ?? 0) + 1);
    }
  }
  // Schedules that never do a thing prove nothing about it.
  if (plan.count < 1_000) return;
  const types = [
    'open',
    'hold',
    'release',
    'offer',
    'withdraw',
    'taken',
    'returned',
    'refused',
    'abandoned',
    'gone',
    'ends in values',
  ];
  for (const type of types) expect(seen.get(type), type).toBeGreaterThan(plan.count / 2);
  for (const type of ['free', ...rare]) {
    expect(seen.get(type), type).toBeGreaterThan(plan.count / 30);
  }
});

type Run = {
  readonly events: readonly Event[];
  readonly effects: readonly Effect<string>[];
  readonly difference?: Difference;
};

function runFresh(seed: number): Run {
  const random = new Random(seed);
  const maker = new EventMaker(random);
  const twins = new Twins(seed);
  const events: Event[] = [];
  while (events.length < eventsEach) {
    const event = maker.next(twins.naive);
    events.push(event);
    const difference = twins.step(event);
    if (difference !== undefined) return { events, effects: twins.effects, difference };
  }
  return { events, effects: twins.effects };
}

function replay(seed: number, events: readonly Event[]): Difference | undefined {
  const twins = new Twins(seed);
  for (const event of events) {
    if (!makesSense(twins, event)) continue;
    const difference = twins.step(event);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Ends are counted by our own code, which never gives up or passes on one that is not there. */
function makesSense({ naive }: Twins, event: Event): boolean {
  return endsOf(event).every((end) => {
    const channel = naive.channels.find(({ id }) => id === end.channel);
    return channel !== undefined && (end.side === 'send' ? channel.senders : channel.receivers) > 0;
  });
}

function endsOf(event: Event): readonly ChannelEnd[] {
  if (event.type === 'hold' || event.type === 'release') return [event];
  if (event.type === 'open' && event.deadLetters !== undefined) {
    return [{ channel: event.deadLetters, side: 'send' }];
  }
  if (event.type !== 'offer') return [];
  return event.guards.flatMap((guard) => (guard.side === 'send' ? (guard.ends ?? []) : []));
}

function report(seed: number, events: readonly Event[]): string {
  const few = shrink(events, (fewer) => replay(seed, fewer) !== undefined);
  const difference = replay(seed, few);
  return [
    `the arbiter and its model differ, seed ${seed}. Again: ${howToRepeat(seed, file)}`,
    ...few.map((event, step) => `  ${step}: ${JSON.stringify(event)}`),
    `at step ${difference?.step}: ${difference?.problem}`,
  ].join('\n');
}
