/**
 * Senders come to a bad end, in each of seven ways: what becomes of the value.
 *
 * | the process has offered it, and  | the value                                                       |
 * | -------------------------------- | --------------------------------------------------------------- |
 * | nobody has been given it         | vanishes; the supervisor says that it was waiting               |
 * | a receiver has it in hand        | is taken, once, without its sender                              |
 * | its send has completed           | was taken, once                                                 |
 *
 * The process that follows goes on with the same end: the channel neither ends nor breaks. In the end, the values
 * that were ordered are those that came out, and those that vanished; each once.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SendOrder } from '../../fixtures/stages/send-and-die.ts';
import { channelShows } from '../../support/conditions.ts';
import { type Ending, endings } from '../../support/endings.ts';
import { stageModule } from '../../support/stage-module.ts';
import { again, dismantle, standFor, ways } from './rows.ts';

const states = [
  'nobody has been given it',
  'a receiver has it in hand',
  'its send has completed',
] as const;
type State = (typeof states)[number];

const rows = ways.flatMap(({ endings, limits, isWalked }) =>
  (isWalked === 'often' ? [1, 4] : [1]).map((replicas) => ({ endings, limits, replicas })),
);

describe.each(rows)('R8 R10 $replicas process(es), $endings.0 …', ({ endings: ofRow, ...row }) => {
  const cells = ofRow.flatMap((ending) => states.map((state) => ({ ending, state })));
  let line: ReturnType<typeof startLine>;
  beforeAll(() => {
    line = startLine(row);
  });
  afterAll(() => line.end());

  test.each(cells)('R8 $ending of a sender when $state', async ({ ending, state }) => {
    const { id, received, said } = await line.scenes[state](ending);
    expect(said).toMatch(endings[ending].says);
    const vanishes = state === 'nobody has been given it';
    expect(received).toEqual(vanishes ? [] : [id]);
    if (vanishes) expect(said).toContain('1 value for "values" that nobody had taken');
    // Nothing of it comes later, and who follows goes on.
    expect(await line.another()).toBe(id + 1);
  });
});

interface Scene {
  readonly id: number;
  readonly received: readonly number[];
  /** What the supervisor says of the crash. */
  readonly said: string;
}

/** Senders that are told what to send; the test receives. */
function startLine({ limits, replicas }: Omit<(typeof rows)[number], 'endings'>) {
  const stand = standFor();
  const { supervisor, events } = stand;
  const values = supervisor.channel<number>('values');
  const orders = supervisor.channel<SendOrder>('orders');
  const now = supervisor.channel<null>('now');
  const said = supervisor.channel<null>('said');
  supervisor.stage('sender', {
    module: stageModule('send-and-die'),
    replicas,
    limits,
    restart: again,
    ends: {
      orders: orders.receiver,
      output: values.sender,
      now: now.receiver,
      said: said.sender,
    },
  });
  let ids = 0;

  const order = async (by: Ending, when: 'begun' | 'completed') => {
    const id = ids++;
    await orders.sender.send({ id, harm: { by, when } });
    return id;
  };
  const crash = async () => {
    const number = events.all('crashed', 'sender').length + 1;
    await now.sender.send(null);
    await said.receiver.receive();
    const { failure } = await events.nth('crashed', number, 'sender');
    return failure.message;
  };

  const scenes: Readonly<Record<State, (by: Ending) => Promise<Scene>>> = {
    'nobody has been given it': async (by) => {
      const id = await order(by, 'begun');
      await channelShows(supervisor, 'values', { waitingSenders: 1 });
      return { id, said: await crash(), received: [] };
    },
    'a receiver has it in hand': async (by) => {
      const id = await order(by, 'begun');
      const received: number[] = [];
      let story = '';
      for await (const work of values.receiver.extended()) {
        received.push(work.value);
        story = await crash();
        work.taken();
        break;
      }
      return { id, said: story, received };
    },
    'its send has completed': async (by) => {
      const id = await order(by, 'completed');
      const received = [await values.receiver.receive()];
      return { id, said: await crash(), received };
    },
  };

  return {
    scenes,
    end: () => dismantle(stand),
    another: async () => {
      await orders.sender.send({ id: ids++ });
      return values.receiver.receive();
    },
  };
}
