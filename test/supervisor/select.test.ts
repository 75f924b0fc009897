import { select } from 'handover';
import { expect, test } from 'vitest';
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

type Chan = ReturnType<typeof supervise>['supervisor'] extends { channel(name: string): infer C }
  ? C
  : never;
