/**
 * Receivers come to a bad end, in each of seven ways: what becomes of the value.
 *
 * | the process …                           | plain                  | extended                    |
 * | --------------------------------------- | ---------------------- | --------------------------- |
 * | waits                                   | no value is touched    | no value is touched         |
 * | has been given it, and has not read it  | comes again            | comes again, as attempt 2   |
 * | begins to work on it                    | comes again or is gone | comes again, as attempt 2   |
 * | has taken it                            | is gone                | was passed on: it is out    |
 * | begins to work on it, and so do all     | –                      | is a dead letter            |
 *
 * "Gone" is that one value and no other, and its send has resolved: it was taken. Where a plain receiver dies in
 * the first step of its code, the word that it has taken the value may or may not have left it: then its value is
 * out once at most; an extended one dies in the middle of its work. All of that with 1 process and with 4, which are started again. After each cell the values
 * that went in are those that came out, the dead letters, and the one that is named.
 *
 * What is left out: plain receivers of which each dies of a value (the first takes it along); and, for the endings that
 * take their time, plain receivers beside others and extended ones alone.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeadLetter } from 'handover';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Item, Order, Passed } from '../../fixtures/stages/receive-and-die.ts';
import { channelShows } from '../../support/conditions.ts';
import { type Ending, endings } from '../../support/endings.ts';
import { stageModule } from '../../support/stage-module.ts';
import { again, dismantle, standFor, ways } from './rows.ts';

type Mode = 'plain' | 'extended';
type State = keyof typeof fates;
type Fate = 'untouched' | 'again' | 'again or gone' | 'gone' | 'out' | 'dead letter';

const fates = {
  waits: { plain: 'untouched', extended: 'untouched' },
  'has been given it': { plain: 'again', extended: 'again' },
  'begins to work on it': { plain: 'again or gone', extended: 'again' },
  'has taken it': { plain: 'gone', extended: 'out' },
  'begins to work on it, as all do': { plain: undefined, extended: 'dead letter' },
} as const satisfies Readonly<Record<string, Readonly<Record<Mode, Fate | undefined>>>>;

const maxAttempts = 2;

const rows = ways.flatMap(({ endings, limits, isWalked }) =>
  (['plain', 'extended'] as const).flatMap((mode) => {
    const once = mode === 'plain' ? [1] : [4];
    const counts = isWalked === 'often' ? [1, 4] : once;
    return counts.map((replicas) => ({ endings, limits, mode, replicas }));
  }),
);

describe.each(rows)(
  'R7 R10 $mode, $replicas process(es), $endings.0 …',
  ({ endings: ofRow, ...row }) => {
    const cells = ofRow.flatMap((ending) =>
      Object.entries(fates).flatMap(([state, { [row.mode]: fate }]) =>
        fate === undefined ? [] : [{ ending, state: state as State, fate }],
      ),
    );
    let line: ReturnType<typeof startLine>;
    beforeAll(() => {
      line = startLine(row);
    });
    afterAll(() => line.end());

    test.each(cells)('R7 $ending of one that $state: $fate', async ({ ending, state, fate }) => {
      await line.comesToRest();
      const before = line.crashes().length;
      const first = line.nextId;
      const touched = await line.scenes[state](ending);
      await line.comesToRest();

      const crashes = line.crashes().slice(before);
      expect(crashes).toHaveLength(fate === 'dead letter' ? maxAttempts : 1);
      for (const { failure } of crashes) expect(failure.message).toMatch(endings[ending].says);
      const others = line.idsFrom(first).filter((id) => id !== touched);
      const once = (id: number) => ({ id, attempt: 1 });
      expect(line.passed(others)).toEqual(others.map(once));
      if (touched !== undefined) line.expectFate(touched, fate, row.mode, ending);
    });

    test('R7 in all, what went in is what came out, but for the dead letters and those that are named', async () => {
      await line.comesToRest();
      const { ids, missing } = line.account();
      expect(missing).toEqual(line.named);
      expect(new Set(ids).size).toBe(ids.length);
      expect(line.crashes()).toHaveLength(line.expectedCrashes(cells.map(({ fate }) => fate)));
    });
  },
);

/** Workers between two channels of the test. */
function startLine({ mode, replicas, limits }: Omit<(typeof rows)[number], 'endings'>) {
  const stand = standFor();
  const { supervisor, events, log, folder } = stand;
  const dead = supervisor.channel<DeadLetter<Item>>('dead');
  const values = supervisor.channel<Item>('values', { maxAttempts, deadLetters: dead.sender });
  const out = supervisor.channel<Passed>('out');
  const orders = supervisor.channel<Order>('orders');
  const now = supervisor.channel<null>('now');
  const said = supervisor.channel<null>('said');
  supervisor.stage('worker', {
    module: stageModule('receive-and-die'),
    args: [mode, folder],
    replicas,
    limits,
    restart: again,
    ends: {
      input: values.receiver,
      output: out.sender,
      orders: orders.receiver,
      now: now.receiver,
      said: said.sender,
    },
  });
  const passed: Passed[] = [];
  const letters: DeadLetter<Item>[] = [];
  /** Gone with who had taken them, or perhaps. */
  const named: number[] = [];
  let ids = 0;
  const collecting = Promise.all([
    (async () => {
      for await (const item of out.receiver) passed.push(item);
    })(),
    (async () => {
      for await (const letter of dead.receiver) letters.push(letter);
    })(),
  ]).catch(() => {});
  /** As values that do no harm; so many are given to each process at most. */
  const sendHarmless = (count: number) =>
    Promise.all(Array.from({ length: count }, () => values.sender.send({ id: ids++ })));
  const sendHarmful = (by: Ending, when: NonNullable<Item['harm']>['when']) => {
    const id = ids++;
    const sent = values.sender.send({ id, harm: { by, when } });
    return { id, sent, others: sendHarmless(2) };
  };
  const crashes = () => events.all('crashed', 'worker');
  const idsWithout = (there: readonly { readonly id: number }[], from: number) => {
    const known = new Set(there.map(({ id }) => id));
    return Array.from({ length: ids - from }, (_, index) => from + index).filter(
      (id) => !known.has(id),
    );
  };

  const scenes: Readonly<Record<State, (by: Ending) => Promise<number | undefined>>> = {
    waits: async (by) => {
      const number = crashes().length + 1;
      await orders.sender.send({ by });
      await said.receiver.receive();
      await events.nth('crashed', number, 'worker');
      await sendHarmless(2);
      return undefined;
    },
    'has been given it': async (by) => {
      const go = join(folder, `go ${ids}`);
      const first = ids;
      const blocked = log.lines.length;
      const number = crashes().length + 1;
      await orders.sender.send({ by, go });
      await said.receiver.receive();
      await log.after(blocked, 'worker', 'blocked');
      const sent = sendHarmless(replicas);
      // Each process is given one, and all but one pass theirs on.
      await channelShows(supervisor, 'values', { inHand: 1, waitingReceivers: replicas - 1 });
      const [touched] = idsWithout(passed, first);
      writeFileSync(go, '');
      await events.nth('crashed', number, 'worker');
      await sent;
      return touched;
    },
    'begins to work on it': async (by) => {
      const { id, sent, others } = sendHarmful(by, 'at work');
      await Promise.all([sent, others]);
      return id;
    },
    'has taken it': async (by) => {
      const { id, sent, others } = sendHarmful(by, 'taken');
      await sent;
      const number = crashes().length + 1;
      await now.sender.send(null);
      await said.receiver.receive();
      await events.nth('crashed', number, 'worker');
      await others;
      return id;
    },
    'begins to work on it, as all do': async (by) => {
      const { id, sent, others } = sendHarmful(by, 'each time');
      await Promise.all([sent, others]);
      return id;
    },
  };

  return {
    end: async () => {
      out.receiver.close();
      dead.receiver.close();
      await dismantle(stand);
      await collecting;
    },
    scenes,
    named,
    crashes,
    get nextId() {
      return ids;
    },
    idsFrom: (first: number) => Array.from({ length: ids - first }, (_, index) => first + index),
    passed: (wanted: readonly number[]) =>
      passed.filter(({ id }) => wanted.includes(id)).toSorted((a, b) => a.id - b.id),
    /** Every process waits, and nothing is on its way. */
    comesToRest: () =>
      channelShows(supervisor, 'values', {
        waitingReceivers: replicas,
        waitingSenders: 0,
        inHand: 0,
        buffered: 0,
      }),
    expectedCrashes: (of: readonly Fate[]) =>
      of.reduce((sum, fate) => sum + (fate === 'dead letter' ? maxAttempts : 1), 0),
    /** What is out, and what is neither out nor a dead letter. */
    account: () => {
      const there = [...passed, ...letters.map(({ value }) => value)];
      return { ids: there.map(({ id }) => id), missing: idsWithout(there, 0) };
    },
    expectFate: (id: number, fate: Fate, of: Mode, by: Ending) => {
      const seen = passed.filter((item) => item.id === id);
      const isLetter = letters.some(({ value }) => value.id === id);
      expect(isLetter).toBe(fate === 'dead letter');
      if (fate === 'again') expect(seen).toEqual([{ id, attempt: of === 'plain' ? 1 : 2 }]);
      if (fate === 'out') expect(seen).toEqual([{ id, attempt: 1 }]);
      if (fate === 'gone' || fate === 'dead letter') expect(seen).toEqual([]);
      if (fate === 'again or gone') expect(seen.length).toBeLessThanOrEqual(1);
      if (fate === 'dead letter') {
        const letter = letters.find(({ value }) => value.id === id);
        expect(letter?.attempts).toBe(maxAttempts);
        expect(letter?.failures).toHaveLength(maxAttempts);
        for (const { message } of letter?.failures ?? []) expect(message).toMatch(endings[by].says);
      } else if (seen.length === 0) {
        named.push(id);
      }
    },
  };
}
