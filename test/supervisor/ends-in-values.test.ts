import {
  ChannelEndedError,
  LostError,
  type Receiver,
  type Sender,
  TimedOutError,
  ValueRefusedError,
} from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { kill, rejection } from '../support/failures.ts';
import { HealthyPair } from '../support/healthy-pair.ts';
import { growth, memoryInUse } from '../support/memory.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

interface Request {
  readonly number: number;
  readonly reply: Sender<number>;
}

/** The channel over which ends go, and a stage that receives from it. */
function start(stage: string, args: readonly string[] = [], name = stage) {
  const supervision = supervise();
  const { supervisor } = supervision;
  const road = supervisor.channel<Sender<string>>('road');
  const others = road.receiver.clone();
  supervisor.stage(name, { module: stageModule(stage), args, ends: { input: road.receiver } });
  return { supervision, supervisor, book: supervision.book, road: road.sender, others };
}

async function all<T>(receiver: Receiver<T>): Promise<readonly T[]> {
  const values: T[] = [];
  for await (const value of receiver) values.push(value);
  return values;
}

describe('R9 requests that bring the sender for their answer', () => {
  test('R9 ten thousand: each is answered, no channel is left, and memory stays as it was', async () => {
    const { supervisor } = supervise();
    const requests = supervisor.channel<Request>('requests');
    supervisor.stage('answerer', {
      module: stageModule('answer-requests'),
      ends: { input: requests.receiver },
    });
    const ask = async (number: number) => {
      const [reply, replies] = supervisor.channel<number>();
      await requests.sender.send({ number, reply });
      expect(await all(replies)).toEqual([2 * number]);
      replies.close();
    };
    for (let number = 0; number < 1_000; number++) await ask(number);
    const before = memoryInUse();
    for (let number = 0; number < 9_000; number++) await ask(number);
    expect(growth(before, memoryInUse()).heap).toBeLessThan(4 * 2 ** 20);
    expect([...supervisor.statistics().keys()]).toEqual(['requests']);
    requests.sender.close();
    await supervisor.finished();
  });

  test('R9 of a stage, which makes the channels itself', async () => {
    const { supervisor, book } = supervise();
    const requests = supervisor.channel<Request>('requests');
    supervisor.stage('answerer', {
      module: stageModule('answer-requests'),
      replicas: 2,
      ends: { input: requests.receiver },
    });
    supervisor.stage('asker', {
      module: stageModule('ask'),
      args: ['500'],
      ends: { output: requests.sender },
    });
    await supervisor.finished();
    expect(book.printed('asker')).toEqual([`sum ${500 * 501}`]);
    expect([...supervisor.statistics().keys()]).toEqual(['requests']);
  });

  test('R9 through replicas that keep the order', async () => {
    const { supervisor } = supervise();
    const requests = supervisor.channel<Request>('requests');
    const passed = supervisor.channel<Request>('passed');
    supervisor.orderedReplicas(
      'echo',
      { module: stageModule('echo'), replicas: 2 },
      requests.receiver,
      passed.sender,
    );
    supervisor.stage('answerer', {
      module: stageModule('answer-requests'),
      ends: { input: passed.receiver },
    });
    for (let number = 0; number < 20; number++) {
      const [reply, replies] = supervisor.channel<number>();
      await requests.sender.send({ number, reply });
      expect(await all(replies)).toEqual([2 * number]);
      replies.close();
    }
    requests.sender.close();
    await supervisor.finished();
  });
});

describe('R9 a channel that a stage makes', () => {
  test('R9 is used at once, handed on through three processes, and ends at the last', async () => {
    const { supervisor } = supervise();
    const roads = ['a', 'b', 'c', 'd'].map((name) =>
      supervisor.channel<{ numbers: Receiver<number> }>(name),
    );
    for (const [index, name] of ['first', 'second', 'third'].entries()) {
      const [input, output] = [roads[index], roads[index + 1]];
      if (input === undefined || output === undefined) throw new Error('no road');
      supervisor.stage(name, {
        module: stageModule('echo'),
        ends: { input: input.receiver, output: output.sender },
      });
    }
    const [first, last] = [roads.at(0), roads.at(-1)];
    if (first === undefined || last === undefined) throw new Error('no road');
    supervisor.stage('maker', {
      module: stageModule('hand-out-channel'),
      ends: { output: first.sender },
    });
    const { numbers } = await last.receiver.receive();
    expect(numbers.channel).toBe('made here');
    expect(await all(numbers)).toEqual([1, 2, 3, 4]);
    numbers.close();
    await supervisor.finished();
    expect([...supervisor.statistics().keys()]).toEqual(['a', 'b', 'c', 'd']);
  });

  test('R10 has a capacity of at most 1,024: more is an error there', async () => {
    const { supervisor, book } = supervise();
    supervisor.stage('maker', { module: stageModule('open-too-large') });
    await supervisor.finished();
    expect(book.printed('maker')).toEqual([
      expect.stringContaining('a stage can give a channel a capacity of at most 1024, not 1025'),
      expect.stringContaining('capacity must be a whole number of 0 or more, not -1'),
    ]);
  });
});

describe('R9 a channel ends with the last copy of its sender, wherever that is', () => {
  test('R9 in a stage that lives on', async () => {
    const { supervisor, book } = supervise();
    const road = supervisor.channel<Sender<string>>('road');
    const told = supervisor.channel<null>('told');
    const [sender, receiver] = supervisor.channel<string>('cargo');
    const keeper = supervisor.stage('keeper', {
      module: stageModule('keep-and-use'),
      ends: { input: road.receiver, told: told.receiver },
    });
    await road.sender.send(sender);
    expect(await receiver.receive()).toBe('here');
    await book.until('keeper', 'said "here" on cargo');
    const next = receiver.receive();
    await channelShows(supervisor, 'cargo', { senders: 1, waitingReceivers: 1 });
    await told.sender.send(null);
    expect(await rejection(next)).toBeInstanceOf(ChannelEndedError);
    expect(keeper.report.outcome).toBe('running');
    await told.sender.send(null);
    await supervisor.finished();
  });

  test('R9 in a stage that crashes: the channel is broken, by that stage', async () => {
    const supervision = supervise();
    const { supervisor } = supervision;
    const road = supervisor.channel<Sender<string>>('road');
    const told = supervisor.channel<null>('told');
    const [sender, receiver] = supervisor.channel<string>('cargo');
    supervisor.stage('keeper', {
      module: stageModule('keep-and-use'),
      ends: { input: road.receiver, told: told.receiver },
    });
    await road.sender.send(sender);
    expect(await receiver.receive()).toBe('here');
    await kill(supervision, 'keeper', 'SIGKILL');
    expect(await rejection(receiver.receive())).toMatchObject({
      code: 'CHANNEL_BROKEN',
      cause: { stage: 'keeper' },
    });
  });

  test('R9 in a value that is dropped by its channel', async () => {
    const { supervisor } = supervise();
    const road = supervisor.channel<Sender<string>>('road', {
      capacity: 1,
      overflow: 'drop-oldest',
    });
    const [old, olds] = supervisor.channel<string>('old');
    const [young, youngs] = supervisor.channel<string>('young');
    await road.sender.send(old);
    const end = rejection(olds.receive());
    await channelShows(supervisor, 'old', { senders: 1, waitingReceivers: 1 });
    await road.sender.send(young);
    expect(await end).toBeInstanceOf(ChannelEndedError);
    const sender = await road.receiver.receive();
    const sent = sender.send('still here');
    expect(await youngs.receive()).toBe('still here');
    await sent;
  });
});

describe('R4 a value that does not arrive: its end can be used again', () => {
  test('R4 after a timeout', async () => {
    const { supervisor } = supervise();
    const road = supervisor.channel<Sender<string>>('road');
    const [sender, receiver] = supervisor.channel<string>('cargo');
    const error = await rejection(road.sender.send(sender, { timeout: 5 }));
    expect(error).toBeInstanceOf(TimedOutError);
    expect((error as TimedOutError).value).toBe(sender);
    expect(sender.closed).toBe(false);
    const sent = sender.send('again');
    expect(await receiver.receive()).toBe('again');
    await sent;
    expect(supervisor.statistics().get('cargo')).toMatchObject({ senders: 1, receivers: 1 });
  });

  test('R4 when the receiver refuses it', async () => {
    const { supervision, supervisor, road, others } = start('hold-ends', ['refused']);
    others.close();
    const [sender, receiver] = supervisor.channel<string>('cargo');
    expect(await rejection(road.send(sender))).toBeInstanceOf(ValueRefusedError);
    await kill(supervision, 'hold-ends', 'SIGKILL');
    await channelShows(supervisor, 'cargo', { senders: 1 });
    sender.close();
    expect(await rejection(receiver.receive())).toMatchObject({
      code: 'CHANNEL_BROKEN',
      cause: { stage: 'hold-ends' },
    });
  });
});

describe('R7 a receiver is killed with a value in hand that carries an end', () => {
  test('R7 the next is given a live end, and the channel ends cleanly', async () => {
    const { supervision, supervisor, book, road, others } = start('hold-ends');
    const [sender, receiver] = supervisor.channel<string>('cargo');
    const told = supervisor.channel<null>('told');
    const sent = road.send(sender);
    await book.until('hold-ends', 'in hand: send cargo, attempt 1');
    expect(supervisor.statistics().get('cargo')).toMatchObject({ senders: 3 });
    await kill(supervision, 'hold-ends', 'SIGKILL');
    expect(supervisor.statistics().get('cargo')).toMatchObject({ senders: 2 });
    supervisor.stage('keeper', {
      module: stageModule('keep-and-use'),
      ends: { input: others, told: told.receiver },
    });
    await sent;
    expect(await receiver.receive()).toBe('here');
    await told.sender.send(null);
    expect(await rejection(receiver.receive())).toBeInstanceOf(ChannelEndedError);
    await told.sender.send(null);
  });

  test('R7 the third: the value is lost, and the sender has its end back', async () => {
    const { supervision, supervisor, book, road, others } = start('hold-ends', [], 'victim 1');
    const [sender, receiver] = supervisor.channel<string>('cargo');
    const lost = rejection(road.send(sender));
    for (const attempt of [1, 2, 3]) {
      const name = `victim ${attempt}`;
      if (attempt > 1) {
        supervisor.stage(name, {
          module: stageModule('hold-ends'),
          ends: { input: others.clone() },
        });
      }
      await book.until(name, `attempt ${attempt}`);
      await kill(supervision, name, 'SIGKILL');
    }
    expect(await lost).toBeInstanceOf(LostError);
    const sent = sender.send('mine again');
    expect(await receiver.receive()).toBe('mine again');
    await sent;
    sender.close();
    expect(await rejection(receiver.receive())).toBeInstanceOf(ChannelEndedError);
  });
});

describe('R8 the sender of a value with an end dies', () => {
  function prepare(args: readonly string[], capacity = 0) {
    const supervision = supervise();
    const { supervisor } = supervision;
    const road = supervisor.channel<Sender<string>>('road', { capacity });
    const keep = road.sender;
    supervisor.stage('maker', {
      module: stageModule('send-end'),
      args,
      ends: { output: keep.clone() },
    });
    return { supervision, supervisor, book: supervision.book, receiver: road.receiver };
  }

  test('R8 before anybody was given it: the value vanishes, and its channel with it', async () => {
    const { supervision, supervisor } = prepare([]);
    await channelShows(supervisor, 'road', { waitingSenders: 1 });
    await kill(supervision, 'maker', 'SIGKILL');
    await channelShows(supervisor, 'road', { waitingSenders: 0 });
    expect(supervisor.statistics().has('made by who sends')).toBe(false);
  });

  test('R8 after it was taken: the end lives on, and knows that nobody listens', async () => {
    const { supervision, book, receiver } = prepare([]);
    const sender = await receiver.receive();
    await book.until('maker', 'sent');
    const sent = sender.send('hello');
    await book.until('maker', 'heard hello');
    await sent;
    await kill(supervision, 'maker', 'SIGKILL');
    expect(await rejection(sender.send('anybody?'))).toMatchObject({
      code: 'CHANNEL_BROKEN',
      cause: { stage: 'maker' },
    });
  });

  test('R8 and the value is in a channel’s store: it outlives its sender, with its end', async () => {
    const { supervisor, receiver } = prepare(['0'], 1);
    await supervisor.finished().catch(() => {});
    expect(supervisor.statistics().get('made by who sends')).toMatchObject({
      senders: 1,
      receivers: 0,
    });
    const sender = await receiver.receive();
    expect(await rejection(sender.send('anybody?'))).toBeInstanceOf(ChannelEndedError);
    sender.close();
    expect(supervisor.statistics().has('made by who sends')).toBe(false);
  });
});

describe('R10 a process that lies about ends is killed alone', () => {
  test.each([
    ['carry-ends-not-there', 'carries an end which was not given or is closed'],
    ['open-for-ever', 'it opened a channel "one of many" while it still has 65536 ends'],
    ['send-ends-to-itself', 'has more than 262144 ends'],
  ])('R10 %s', async (liar, problem) => {
    const supervision = supervise();
    const { supervisor, book } = supervision;
    const pair = new HealthyPair(supervision);
    const out = supervisor.channel<unknown>('out');
    supervisor.stage(liar, { module: stageModule(liar), ends: { output: out.sender } });
    const { line } = await book.untilFailed(liar);
    expect(line).toContain(problem);
    expect(await rejection(out.receiver.receive())).toMatchObject({ cause: { stage: liar } });
    await pair.goesOn();
    expect([...supervisor.statistics().keys()]).toEqual(['ping', 'pong', 'out']);
  });
});
