/** Values that go from process to process, past the supervisor: nothing that is promised changes. */
import type { Channel, Receiver, StageOptions, Supervisor } from 'handover';
import { describe, expect, test } from 'vitest';
import { EventBook } from '../support/event-book.ts';
import { rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

const direct = { after: 1 };

interface Line {
  readonly supervisor: Supervisor;
  readonly events: EventBook;
  readonly between: Channel<number>;
  readonly out: Receiver<number>;
  /** Whether values go directly now. */
  readonly isDirect: () => boolean;
}

type Part = Partial<StageOptions> & { readonly module: string; readonly args?: readonly string[] };

/** A stage `source`, one `taker`, the channel `between` them, and what the latter sends. */
function line(
  source: Part,
  taker: Part,
  options = { direct } as { direct: boolean | { after: number } },
): Line {
  const { supervisor } = supervise(options);
  const events = new EventBook(supervisor);
  const between = supervisor.channel<number>('between');
  const out = supervisor.channel<number>('out');
  const stage = (name: string, part: Part, ends: StageOptions['ends']) =>
    supervisor.stage(name, { ...part, module: stageModule(part.module), ends } as StageOptions);
  stage('source', source, { output: between.sender });
  stage('taker', taker, { input: between.receiver, output: out.sender });
  const isDirect = () => supervisor.statistics().get('between')?.isDirect ?? false;
  return { supervisor, events, between, out: out.receiver, isDirect };
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const numbers = (count: number): Part => ({ module: 'send-numbers', args: [String(count)] });
const echo: Part = { module: 'echo' };

describe('§14 a channel between two processes', () => {
  test('§14.11 goes directly, and its statistics say so and count every value', async () => {
    const { supervisor, out, isDirect } = line(numbers(2_000), echo);
    const received: number[] = [];
    let direct = 0;
    for await (const value of out) {
      received.push(value);
      if (isDirect()) direct++;
    }
    expect(received).toEqual(upTo(2_000));
    expect(direct).toBeGreaterThan(0);
    await supervisor.finished();
    expect(supervisor.statistics().get('between')).toMatchObject({ taken: 2_000, isDirect: false });
  });

  test('goes through the supervisor where that is wanted', async () => {
    const { supervisor, out, isDirect } = line(numbers(500), echo, { direct: false });
    for await (const _ of out) expect(isDirect()).toBe(false);
    await supervisor.finished();
  });

  test('goes through the supervisor when one of them cannot open pipes by name', async () => {
    const { supervisor, out } = line(numbers(500), {
      ...echo,
      sandbox: { by: 'node' },
    } as Part);
    const received: number[] = [];
    for await (const value of out) received.push(value);
    expect(received).toEqual(upTo(500));
    await supervisor.finished();
  });

  test('R3 R4 R6 R7 in whatever way both sides send and receive, each value comes once, in order', async () => {
    const { supervisor, out } = line(
      { module: 'send-every-way', args: ['3000'] },
      { module: 'take-every-way' },
    );
    const received: number[] = [];
    for await (const value of out) received.push(value);
    expect(received).toEqual(upTo(3_000));
    await supervisor.finished();
  });

  test('R12 two that wait for each other are found', async () => {
    const { supervisor } = supervise({ direct, onDeadlock: 'fail' });
    const there = supervisor.channel<number>('there');
    const back = supervisor.channel<number>('back');
    const module = stageModule('talk-and-fall-silent');
    supervisor.stage('first', {
      module,
      args: ['200', 'first'],
      ends: { output: there.sender, input: back.receiver },
    });
    supervisor.stage('second', {
      module,
      args: ['200', 'second'],
      ends: { output: back.sender, input: there.receiver },
    });
    expect(await rejection(supervisor.finished())).toMatchObject({ code: 'DEADLOCK' });
  });

  test('§14.9 drain() and stop() find everything at the supervisor', async () => {
    const { supervisor, out, isDirect } = line(numbers(1_000_000), echo);
    const received: number[] = [];
    for await (const value of out) {
      received.push(value);
      if (received.length < 2_000 || !isDirect()) continue;
      void supervisor.stop({ drain: 0, terminate: 0 });
      break;
    }
    expect(received).toEqual(upTo(received.length));
  });
});

describe('§14.10 a death', () => {
  test('R2 R8 of the receiver: only what it had taken goes with it, and its successor goes on', async () => {
    const { supervisor, events, out, isDirect } = line(numbers(5_000), {
      ...echo,
      restart: { when: 'on-failure', restarts: 100, backoff: { most: 0 } },
    } as Part);
    const received: number[] = [];
    let kills = 0;
    for await (const value of out) {
      received.push(value);
      if (kills === 5 || !isDirect() || value % 500 !== 0) continue;
      kills++;
      process.kill(events.all('ready', 'taker').at(-1)?.processId as number, 'SIGKILL');
    }
    await supervisor.finished();
    expect(kills).toBeGreaterThan(0);
    // In order, none twice; of each process at most the one that it had in hand is missing.
    expect(received).toEqual([...new Set(received)].toSorted((a, b) => a - b));
    expect(received.length).toBeGreaterThanOrEqual(5_000 - kills);
    expect(events.all('redelivered').length).toBeLessThanOrEqual(kills);
  });

  test('R9 of the sender: its successor goes on, and nobody sees an end', async () => {
    const { supervisor, events, out, isDirect } = line(
      {
        ...numbers(3_000),
        restart: { when: 'on-failure', restarts: 10, backoff: { most: 0 } },
      } as Part,
      echo,
    );
    const received: number[] = [];
    let killed: number | undefined;
    for await (const value of out) {
      received.push(value);
      if (killed !== undefined || value < 1_000 || !isDirect()) continue;
      killed = events.all('ready', 'source').at(-1)?.processId as number;
      process.kill(killed, 'SIGKILL');
    }
    await supervisor.finished();
    expect(killed).toBeDefined();
    const again = received.indexOf(0, 1);
    expect(received.slice(0, again)).toEqual(upTo(again));
    expect(received.slice(again)).toEqual(upTo(3_000));
  });

  test('R9 of the sender, for good: all that was taken came, and the end is broken', async () => {
    const { supervisor, events, between, out, isDirect } = line(numbers(1_000_000), echo);
    const outcome = supervisor.finished().then(undefined, (error: Error) => error);
    const received: number[] = [];
    let isKilled = false;
    const end = await rejection(
      (async () => {
        for await (const value of out) {
          received.push(value);
          if (isKilled || value < 1_000 || !isDirect()) continue;
          isKilled = true;
          process.kill(events.all('ready', 'source').at(-1)?.processId as number, 'SIGKILL');
        }
      })(),
    );
    expect(received).toEqual(upTo(received.length));
    expect(end).toMatchObject({ code: 'CHANNEL_BROKEN' });
    expect(await outcome).toMatchObject({ code: 'STAGE_FAILED' });
    expect(supervisor.statistics().get('between')).toMatchObject({ isDirect: false });
    expect(between.sender.closed).toBe(true);
  });

  test('R1 neither side loses anything when it is recycled', async () => {
    const { supervisor, events, out, isDirect } = line(numbers(5_000), echo);
    const taker = supervisor.stages[1];
    const received: number[] = [];
    let recycled = 0;
    for await (const value of out) {
      received.push(value);
      if (recycled === 5 || !isDirect() || value % 500 !== 0) continue;
      recycled++;
      taker?.recycle();
    }
    await supervisor.finished();
    expect(recycled).toBeGreaterThan(0);
    expect(received).toEqual(upTo(5_000));
    expect(events.all('crashed')).toEqual([]);
  });
});
