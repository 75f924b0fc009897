/** What is promised holds between any two languages, in both directions. */
import type { Channel, StageOptions, Supervisor } from 'handover';
import { describe, expect, test } from 'vitest';
import { Random } from '../model/random.ts';
import { schedules } from '../model/schedules.ts';
import { kill } from '../support/failures.ts';
import { type Supervision, supervise } from '../support/supervision.ts';
import { type Language, languages, Told } from './languages.ts';

const seed = schedules(1).first;

for (const from of languages) {
  for (const to of languages) {
    from.describe(`from ${from.name} to ${to.name}`, () =>
      to.describe('', () => promises(from, to)),
    );
  }
}

interface Pair extends Supervision {
  readonly from: Told;
  readonly to: Told;
  readonly between: Channel<unknown>;
  readonly into: Channel<unknown>;
  readonly out: Channel<unknown>;
}

/** into → from → between → to → out */
function pair(from: Language, to: Language, options: Pick<StageOptions, 'restart'> = {}): Pair {
  const supervision = supervise();
  const { supervisor } = supervision;
  const [into, between, out] = ['into', 'between', 'out'].map((name) =>
    supervisor.channel<unknown>(name),
  ) as [Channel<unknown>, Channel<unknown>, Channel<unknown>];
  return {
    ...supervision,
    from: new Told(supervisor, 'from', from, { input: into.receiver, output: between.sender }),
    to: new Told(supervisor, 'to', to, { input: between.receiver, output: out.sender }, options),
    between,
    into,
    out,
  };
}

/** Resolves when somebody waits to send there. */
async function offered(supervisor: Supervisor, channel: string): Promise<void> {
  await expect.poll(() => supervisor.statistics().get(channel)?.waitingSenders).toBe(1);
}

function promises(from: Language, to: Language): void {
  test('R1 R3 a send is done when the other has taken the value, one after the other', async () => {
    const line = pair(from, to);
    for (let number = 0; number < 40; number++) {
      let isDone = false;
      const sent = line.from.does({ do: 'send', value: number }).then((report) => {
        isDone = true;
        return report;
      });
      if (number % 20 === 0) {
        await offered(line.supervisor, 'between');
        expect(isDone).toBe(false);
      }
      expect(await line.to.does({ do: 'receive' })).toMatchObject({ value: number });
      expect(await sent).toMatchObject({ outcome: 'done' });
    }
  });

  test(`R4 both sides agree on what became of a race (again: HANDOVER_SEED=${seed})`, async () => {
    const line = pair(from, to);
    const random = new Random(seed);
    for (let round = 0; round < 40; round++) {
      const [sent, received] = await Promise.all([
        line.from.does({ do: 'send', value: round, timeout: random.below(4) }),
        line.to.does({ do: 'receive', timeout: random.below(4) }),
      ]);
      expect([sent.outcome, received.outcome]).toEqual(
        received.outcome === 'done' ? ['done', 'done'] : ['timeout', 'timeout'],
      );
      if (received.outcome === 'done') expect(received.value).toBe(round);
    }
  });

  test('R6 a select that sends meets a select that receives: each chooses one', async () => {
    const line = pair(from, to);
    const guards = ['input', 'output'];
    const [sent, received] = await Promise.all([
      line.from.does({ do: 'select', guards, timeout: 60_000 }),
      line.to.does({ do: 'select', guards, timeout: 60_000 }),
    ]);
    expect(sent).toMatchObject({ guard: 'output' });
    expect(received).toMatchObject({ guard: 'input', value: 'chosen' });
    expect(line.supervisor.statistics().get('out')).toMatchObject({ waitingSenders: 0 });
  });

  test('R7 what the receiver had in hand when it was killed comes to the next', async () => {
    const line = pair(from, to, { restart: 'on-failure' });
    const sent = line.from.does({ do: 'send', value: 'v' });
    await line.to.begins({ do: 'work', answer: 'taken' });
    await offered(line.supervisor, 'out');
    await kill(line, 'to', 'SIGKILL');
    await line.to.begins({ do: 'work', answer: 'taken' });
    expect(await line.out.receiver.receive()).toBeDefined();
    expect(await line.to.reports()).toMatchObject({ outcome: 'done' });
    expect(await sent).toMatchObject({ outcome: 'done' });
    expect(line.supervisor.statistics().get('between')).toMatchObject({ taken: 1 });
  });

  test.each([
    ['R9 when the sender has ended well, the receiver sees the end', 0, 'ended'],
    ['R9 when the sender has failed, the receiver sees a break', 3, 'broken'],
  ])('%s', async (_, code, outcome) => {
    const line = pair(from, to);
    await line.from.begins({ do: 'exit', code });
    expect(await line.to.does({ do: 'receive' })).toMatchObject({ outcome });
  });

  test('§5 values arrive through both as they were', async () => {
    const line = pair(from, to);
    const large = new Uint8Array(1024 * 1024).map((_, at) => at);
    const values = [
      [null, true, '', 'ä€😀', new Uint8Array([0, 255])],
      [
        1_785_000_000_123,
        2 ** 53 - 1,
        -(2 ** 53) + 1,
        2n ** 63n - 1n,
        2n ** 64n - 1n,
        -(2n ** 63n),
      ],
      [0.1, -0, Number.NaN, Number.POSITIVE_INFINITY],
      [new Date('1969-07-20T20:17:40.123Z'), new Date(0), new Date('2026-11-24T00:00:00.001Z')],
      { text: 'bytes', bytes: new TextEncoder().encode('bytes'), nested: { list: [[], {}] } },
      large,
    ];
    for (const value of values) {
      const passed = Promise.all([line.from.does({ do: 'echo' }), line.to.does({ do: 'echo' })]);
      await line.into.sender.send(value);
      expect(await line.out.receiver.receive()).toEqual(value);
      expect(await passed).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }]);
    }
  });

  test('R9 an end inside a value arrives as a live end, by way of both', async () => {
    const line = pair(from, to);
    const reply = line.supervisor.channel<string>('reply');
    const passed = Promise.all([line.from.does({ do: 'echo' }), line.to.does({ do: 'echo' })]);
    await line.into.sender.send({ reply: reply.sender });
    const { reply: back } = (await line.out.receiver.receive()) as {
      readonly reply: typeof reply.sender;
    };
    await passed;
    void back.send('alive').then(() => back.close());
    expect(await Array.fromAsync(reply.receiver)).toEqual(['alive']);
  });
}

describe('through all of them', () => {
  let tests = () => {
    test('§5 R9 50 MiB, and an end, go from language to language', async () => {
      const { supervisor } = supervise();
      const joints = Array.from({ length: languages.length + 1 }, (_, at) =>
        supervisor.channel<unknown>(`joint ${at}`),
      );
      const stages = languages.map((language, at) => {
        const input = joints[at]?.receiver as never;
        const output = joints[at + 1]?.sender as never;
        return new Told(supervisor, language.name, language, { input, output });
      });
      const reply = supervisor.channel<string>('reply');
      const bytes = new Uint8Array(50 * 1024 * 1024).fill(7);
      for (const value of [bytes, { reply: reply.sender }]) {
        for (const stage of stages) await stage.begins({ do: 'echo' });
        void joints[0]?.sender.send(value);
        const received = await joints.at(-1)?.receiver.receive();
        for (const stage of stages)
          expect(await stage.reports()).toMatchObject({ outcome: 'done' });
        if (received instanceof Uint8Array) {
          expect(Buffer.compare(received, bytes)).toBe(0);
        } else {
          const { reply: back } = received as { readonly reply: typeof reply.sender };
          void back.send('alive');
          expect(await reply.receiver.receive()).toBe('alive');
        }
      }
    });
  };
  for (const language of languages) {
    const inner = tests;
    tests = () => language.describe('', inner);
  }
  tests();
});
