/** Values that go from process to process, past the supervisor, where one of the two at least is in Python. */
import type { Channel, Receiver, StageOptions, Supervisor } from 'handover';
import { describe, expect, test } from 'vitest';
import { forceDirect } from '../../direct/mode.ts';
import { EventBook } from '../../support/event-book.ts';
import { rejection } from '../../support/failures.ts';
import { describePython, pythonStage } from '../../support/python.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';

const restart = { when: 'on-failure', restarts: 100, backoff: { most: 0 } } as const;

type Runtime = 'Node' | 'Python' | 'asyncio';

/** The stage of that name, in each of them. */
function written(runtime: Runtime, name: string, ...args: readonly string[]) {
  if (runtime === 'Node') return { module: stageModule(name), args };
  const file = name.replaceAll('-', '_');
  return pythonStage(runtime === 'asyncio' ? `${file}_awaited` : file, ...args);
}

interface Line {
  readonly supervisor: Supervisor;
  readonly events: EventBook;
  readonly between: Channel<unknown>;
  readonly out: Receiver<unknown>;
  readonly isDirect: () => boolean;
}

type Part = ReturnType<typeof written>;

/** A stage `source`, one `taker`, the channel `between` them, and what the latter sends. */
function line(source: Part, taker: Part, options: Pick<StageOptions, 'restart'> = {}): Line {
  const { supervisor } = supervise({ direct: { after: 1 } });
  const events = new EventBook(supervisor);
  const between = supervisor.channel<unknown>('between');
  const out = supervisor.channel<unknown>('out');
  const stage = (name: string, part: Part, ends: StageOptions['ends']) =>
    supervisor.stage(name, { ...part, ...options, ends } as StageOptions);
  stage('source', source, { output: between.sender });
  stage('taker', taker, { input: between.receiver, output: out.sender });
  const isDirect = () => supervisor.statistics().get('between')?.isDirect ?? false;
  return { supervisor, events, between, out: out.receiver, isDirect };
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const pairs = [
  ['Python', 'Python'],
  ['Python', 'Node'],
  ['Node', 'Python'],
  ['asyncio', 'asyncio'],
  ['asyncio', 'Node'],
  ['Node', 'asyncio'],
  ['Python', 'asyncio'],
] as const satisfies readonly (readonly [Runtime, Runtime])[];

describePython('a direct link', () => {
  test.each(['always', 'restless'] as const)(
    'R2 R4 many threads send, receive and give up at either end, and each value comes once (%s)',
    async (mode) => {
      const setBack = forceDirect(mode);
      const { supervisor } = supervise();
      setBack();
      const between = supervisor.channel<number>('between');
      const out = supervisor.channel<number>('out');
      supervisor.stage('source', {
        ...pythonStage('send_with_threads', '2000', '5'),
        ends: { output: between.sender },
      });
      supervisor.stage('taker', {
        ...pythonStage('echo_with_threads', '3'),
        ends: { input: between.receiver, output: out.sender },
      });
      const received: number[] = [];
      let direct = 0;
      for await (const value of out.receiver) {
        received.push(value);
        if (supervisor.statistics().get('between')?.isDirect) direct++;
      }
      expect(received.toSorted((a, b) => a - b)).toEqual(upTo(2_000));
      expect(direct).toBeGreaterThan(0);
      await supervisor.finished();
    },
  );

  describe.each(pairs)('from %s to %s', (from, to) => {
    test('§14.11 carries the values, and the statistics say so and count every one', async () => {
      const { supervisor, out, isDirect } = line(
        written(from, 'send-numbers', '1000'),
        written(to, 'echo'),
      );
      const received: unknown[] = [];
      let direct = 0;
      for await (const value of out) {
        received.push(value);
        if (isDirect()) direct++;
      }
      expect(received).toEqual(upTo(1_000));
      expect(direct).toBeGreaterThan(0);
      await supervisor.finished();
      expect(supervisor.statistics().get('between')).toMatchObject({
        taken: 1_000,
        isDirect: false,
      });
    });

    test('R3 R4 R6 in whatever way both sides send and receive, each value comes once, in order', async () => {
      const { supervisor, out } = line(
        written(from, 'send-every-way', '1500'),
        written(to, 'take-every-way'),
      );
      const received: unknown[] = [];
      for await (const value of out) received.push(value);
      expect(received).toEqual(upTo(1_500));
      await supervisor.finished();
    });

    test('R2 R8 when the receiver dies, only what it had taken goes with it, and its successor goes on', async () => {
      const { supervisor, events, out, isDirect } = line(
        written(from, 'send-numbers', '2000'),
        written(to, 'echo'),
        { restart },
      );
      const received: number[] = [];
      let kills = 0;
      for await (const value of out) {
        received.push(value as number);
        if (kills === 3 || !isDirect() || received.length % 200 !== 0) continue;
        kills++;
        process.kill(events.all('ready', 'taker').at(-1)?.processId as number, 'SIGKILL');
      }
      await supervisor.finished();
      expect(kills).toBeGreaterThan(0);
      // In order, none twice; of each process at most the one that it had in hand is missing.
      expect(received).toEqual([...new Set(received)].toSorted((a, b) => a - b));
      expect(received.length).toBeGreaterThanOrEqual(2_000 - kills);
    });

    test('R9 when the sender dies, all that was taken came, and the end is broken', async () => {
      const { supervisor, events, out, isDirect } = line(
        written(from, 'send-numbers', '1000000'),
        written(to, 'echo'),
      );
      const outcome = supervisor.finished().then(undefined, (error: Error) => error);
      const received: unknown[] = [];
      let isKilled = false;
      const end = await rejection(
        (async () => {
          for await (const value of out) {
            received.push(value);
            if (isKilled || received.length < 300 || !isDirect()) continue;
            isKilled = true;
            process.kill(events.all('ready', 'source').at(-1)?.processId as number, 'SIGKILL');
          }
        })(),
      );
      expect(received).toEqual(upTo(received.length));
      expect(end).toMatchObject({ code: 'CHANNEL_BROKEN' });
      expect(await outcome).toMatchObject({ code: 'STAGE_FAILED' });
    });

    test('R1 neither side loses anything when it is recycled', async () => {
      const { supervisor, events, out, isDirect } = line(
        written(from, 'send-numbers', '2000'),
        written(to, 'echo'),
      );
      const taker = supervisor.stages[1];
      const received: unknown[] = [];
      let recycled = 0;
      for await (const value of out) {
        received.push(value);
        if (recycled === 3 || !isDirect() || received.length % 200 !== 0) continue;
        recycled++;
        taker?.recycle();
      }
      await supervisor.finished();
      expect(recycled).toBeGreaterThan(0);
      expect(received).toEqual(upTo(2_000));
      expect(events.all('crashed')).toEqual([]);
    });

    test('§14.4 R5 values of 8 MiB go directly, unharmed, and small ones after them', async () => {
      const { supervisor } = supervise({ direct: { after: 1 } });
      const [into, between, out] = ['into', 'between', 'out'].map((name) =>
        supervisor.channel<unknown>(name),
      ) as [Channel<unknown>, Channel<unknown>, Channel<unknown>];
      const stage = (name: string, runtime: Runtime, ends: StageOptions['ends']) =>
        supervisor.stage(name, { ...written(runtime, 'echo'), ends } as StageOptions);
      stage('first', from, { input: into.receiver, output: between.sender });
      stage('second', to, { input: between.receiver, output: out.sender });
      const isDirect = () => supervisor.statistics().get('between')?.isDirect;
      for (let number = 0; !isDirect(); number++) {
        await into.sender.send(number);
        expect(await out.receiver.receive()).toBe(number);
      }
      const large = new Uint8Array(8 * 1024 * 1024).map((_, at) => at * 31);
      for (let round = 0; round < 3; round++) {
        for (const value of [large, round]) {
          const sent = into.sender.send(value);
          const received = await out.receiver.receive();
          if (received instanceof Uint8Array) expect(Buffer.compare(received, large)).toBe(0);
          else expect(received).toBe(round);
          await sent;
        }
      }
      expect(isDirect()).toBe(true);
      into.sender.close();
      await supervisor.finished();
    });

    test('R12 two that wait for each other are found', async () => {
      const { supervisor } = supervise({ direct: { after: 1 }, onDeadlock: 'fail' });
      const there = supervisor.channel<number>('there');
      const back = supervisor.channel<number>('back');
      supervisor.stage('first', {
        ...written(from, 'talk-and-fall-silent', '200', 'first'),
        ends: { output: there.sender, input: back.receiver },
      } as StageOptions);
      supervisor.stage('second', {
        ...written(to, 'talk-and-fall-silent', '200', 'second'),
        ends: { output: back.sender, input: there.receiver },
      } as StageOptions);
      expect(await rejection(supervisor.finished())).toMatchObject({ code: 'DEADLOCK' });
    });
  });
});
