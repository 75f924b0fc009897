import { channel, type ReceiveGuard, Receiver, select } from 'handover';
import { describe, expect, test } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { kill } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

test('R6 a stage selects: every value goes over once, and each end of a channel is told', async () => {
  const { supervisor } = supervise();
  const [left, right, output] = ['left', 'right', 'output'].map((name) =>
    supervisor.channel<unknown>(name),
  ) as [Chan, Chan, Chan];
  supervisor.stage('merger', {
    module: stageModule('select-and-pass-on'),
    ends: { left: left.receiver, right: right.receiver, output: output.sender },
  });
  const count = 500;
  const sendAll = async (sender: Chan['sender']) => {
    for (let value = 0; value < count; value++) await sender.send(value);
    sender.close();
  };
  const sends = [sendAll(left.sender), sendAll(right.sender)];
  const got: Record<string, number[]> = { left: [], right: [] };
  for await (const passed of output.receiver) {
    const [guard, value] = passed as [string, number];
    got[guard]?.push(value);
  }
  await Promise.all(sends);
  const all = Array.from({ length: count }, (_, value) => value);
  expect(got).toEqual({ left: all, right: all });
  await supervisor.finished();
});

test('R6 four processes around a ring, each with a select to send or to receive: what one says it sent, the next received', async () => {
  const { supervisor } = supervise();
  const places = ['a', 'b', 'c', 'd'];
  const ring = places.map((name) => supervisor.channel<string>(`from ${name}`));
  const said = supervisor.channel<string>('said');
  for (const [at, name] of places.entries()) {
    supervisor.stage(name, {
      module: stageModule('select-around'),
      args: [name, '200'],
      ends: {
        next: (ring[at] as (typeof ring)[0]).sender,
        previous: (ring[(at + 3) % 4] as (typeof ring)[0]).receiver,
        said: said.sender.clone(),
      },
    });
  }
  said.sender.close();
  const sent = new Set<string>();
  const received = new Set<string>();
  for await (const story of said.receiver) {
    const [verb, ...value] = story.split(' ');
    (verb === 'sent' ? sent : received).add(value.join(' '));
  }
  expect(received.size).toBeGreaterThan(0);
  expect(sent).toEqual(received);
});

test('R6 the supervisor’s select meets that of a stage, in both directions', async () => {
  const { supervisor, book } = supervise();
  const [there, back] = [supervisor.channel<unknown>('there'), supervisor.channel<unknown>('back')];
  supervisor.stage('selector', {
    module: stageModule('select-for-ever'),
    ends: { input: there.receiver, output: back.sender },
  });
  const chosen = await select({
    to: there.sender.onSend('from here'),
    from: back.receiver.onReceive(),
  });
  if (chosen.guard === 'from') expect(chosen.value).toBe('from the select');
  const stage = chosen.guard === 'to' ? 'input' : 'output';
  await book.until('selector', `"guard":"${stage}"`);
});

test('R7 a stage that is killed while it selects: its offers are gone, and who waits for it is told', async () => {
  const supervision = supervise();
  const { supervisor } = supervision;
  const [there, back] = [supervisor.channel<unknown>('there'), supervisor.channel<unknown>('back')];
  const others = there.receiver.clone();
  supervisor.stage('victim', {
    module: stageModule('select-for-ever'),
    ends: { input: there.receiver, output: back.sender },
  });
  await channelShows(supervisor, 'there', { waitingReceivers: 1 });
  expect(supervisor.statistics().get('back')).toMatchObject({ waitingSenders: 1 });
  await kill(supervision, 'victim', 'SIGKILL');
  expect(supervisor.statistics().get('there')).toMatchObject({ waitingReceivers: 0, receivers: 1 });
  expect(await there.sender.trySend(1)).toBe(false);
  const sent = there.sender.send(2);
  expect(await others.receive()).toBe(2);
  await sent;
  await expect(select({ back: back.receiver.onReceive() })).rejects.toMatchObject({
    code: 'CHANNEL_BROKEN',
    cause: { stage: 'victim' },
  });
});

const ways = ['plain', 'select', 'mixed'] as const;
const meetings = ways.flatMap((send) => ways.map((receive) => [send, receive] as const));

test.each(meetings)(
  'R6 sends: %s, receives: %s; every value goes over once, in order, and none is lost inside',
  async (send, receive) => {
    const { supervisor } = supervise();
    const values = supervisor.channel<number>('values');
    const [sent, received] = [
      supervisor.channel<Story>('sent'),
      supervisor.channel<Story>('received'),
    ];
    const module = stageModule('move-values');
    supervisor.stage('source', {
      module,
      args: [send, '100'],
      ends: { values: values.sender, said: sent.sender },
    });
    supervisor.stage('sink', {
      module,
      args: [receive, '100'],
      ends: { values: values.receiver, said: received.sender },
    });
    const stories = [await sent.receiver.receive(), await received.receiver.receive()];
    const all = Array.from({ length: 100 }, (_, value) => value);
    for (const { seen, sentHere, receivedHere } of stories) {
      expect(seen).toEqual(all);
      expect(receivedHere).toBe(sentHere);
    }
    await supervisor.finished();
  },
);

interface Story {
  readonly seen: readonly number[];
  readonly sentHere: number;
  readonly receivedHere: number;
}

describe('R7 a process that is killed while its select is', () => {
  const start = async (state: string) => {
    const supervision = supervise();
    const { supervisor } = supervision;
    const [input, output, go, said] = ['input', 'output', 'go', 'said'].map((name) =>
      supervisor.channel<unknown>(name),
    ) as [Chan, Chan, Chan, Chan];
    const [otherInput, otherOutput] = [input.receiver.clone(), output.sender.clone()];
    supervisor.stage('victim', {
      module: stageModule('select-until'),
      args: [state],
      ends: {
        input: input.receiver,
        output: output.sender,
        go: go.receiver,
        said: said.sender,
      },
    });
    expect(await said.receiver.receive()).toBe('waiting');
    const die = () => kill(supervision, 'victim', 'SIGKILL');
    return { supervisor, input, output, go, said, otherInput, otherOutput, die };
  };

  test('R7 delivered, and its value not yet taken: another receiver gets the value', async () => {
    const { supervisor, input, otherInput, die } = await start('delivered');
    const sent = input.sender.send('once');
    await channelShows(supervisor, 'input', { inHand: 1 });
    await die();
    const work = await Receiver.work(otherInput);
    expect(work).toMatchObject({ value: 'once', attempt: 2 });
    work.taken();
    await sent;
    expect(supervisor.statistics().get('output')).toMatchObject({ waitingSenders: 0 });
  });

  test.each(['late', 'recalled'])('R8 %s: its value is taken once, without it', async (state) => {
    const { supervisor, output, go, said, die } = await start(state);
    const work = await Receiver.work(output.receiver);
    await go.sender.send('go');
    expect(await said.receiver.receive()).toBe(state);
    await die();
    expect(supervisor.statistics().get('output')).toMatchObject({ inHand: 1, taken: 0 });
    work.taken();
    expect(supervisor.statistics().get('output')).toMatchObject({ inHand: 0, taken: 1 });
    expect(await output.receiver.tryReceive()).toBeUndefined();
    expect(supervisor.statistics().get('input')).toMatchObject({ waitingReceivers: 0 });
  });

  test('R8 late, and its value comes back: it is delivered again', async () => {
    const { output, go, said, die } = await start('late');
    const work = await Receiver.work(output.receiver);
    await go.sender.send('go');
    await said.receiver.receive();
    await die();
    work.giveBack();
    expect(await output.receiver.receive()).toBe('from the select');
  });

  test('R8 asked whether it is free: nothing of it is left', async () => {
    const { supervisor, input, output, go, die } = await start('asking');
    await go.sender.send('go');
    await channelShows(supervisor, 'input', { waitingReceivers: 0 });
    expect(supervisor.statistics().get('output')).toMatchObject({ waitingSenders: 0 });
    await die();
    expect(await input.sender.trySend('nobody')).toBe(false);
    expect(await output.receiver.tryReceive()).toBeUndefined();
  });
});

test('R6 the supervisor’s mixed select meets that of a stage, and values of its own', async () => {
  const { supervisor } = supervise();
  const values = supervisor.channel<number>('values');
  const said = supervisor.channel<Story>('said');
  supervisor.stage('source', {
    module: stageModule('move-values'),
    args: ['mixed', '200'],
    ends: { values: values.sender, said: said.sender },
  });
  const [own, owns] = channel<number>();
  const got: Record<'there' | 'here', number[]> = { there: [], here: [] };
  const sends = (async () => {
    for (let value = 0; value < 200; value++) await own.send(value);
    own.close();
  })();
  let there: ReceiveGuard<number> | null = values.receiver.onReceive();
  let here: ReceiveGuard<number> | null = owns.onReceive();
  while (there !== null || here !== null) {
    const chosen = await select({ there, here });
    if (!chosen.done) got[chosen.guard].push(chosen.value);
    else if (chosen.guard === 'there') there = null;
    else here = null;
    if (got.there.length === 200) there = null;
  }
  await sends;
  const all = Array.from({ length: 200 }, (_, value) => value);
  expect(got).toEqual({ there: all, here: all });
  expect((await said.receiver.receive()).seen).toEqual(all);
});

type Chan = ReturnType<typeof supervise>['supervisor'] extends { channel(name: string): infer C }
  ? C
  : never;
