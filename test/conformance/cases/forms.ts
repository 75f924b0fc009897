/** The same choice, written in many ways: what is beside a guard that is ready does not matter. */
import assert from 'node:assert/strict';
import { after, type Guards, never, type Receiver, type Sender, select } from 'handover/child';
import { type Case, expectation, of } from '../case.ts';
import { upTo } from '../watching.ts';

export const cases: Case[] = [
  expectation({
    title: 'R6 a send meets a receive, be each of them plain, a single guard, or one of two',
    channels: { numbers: of<number>(), toNobody: of<number>(), fromNobody: of<number>() },
    participants: (cast) => ({
      sender: cast(
        { sends: ['numbers', 'toNobody'], receives: ['toNobody'] },
        async ({ to: { numbers, toNobody } }) => {
          for (const _ of upTo(3)) {
            for (const form of sends(toNobody)) await form(numbers);
          }
        },
      ),
      receiver: cast(
        { receives: ['numbers', 'fromNobody'], sends: ['fromNobody'] },
        async ({ from: { numbers, fromNobody } }) => {
          for (const form of receives(fromNobody)) {
            for (const _ of upTo(3)) assert.equal(await form(numbers), 1);
          }
        },
      ),
    }),
  }),

  expectation({
    title: 'R6 the one guard that is ready is chosen, whatever stands before and behind it',
    channels: { numbers: of<number>({ capacity: 1 }), idle: of<number>() },
    participants: (cast) => ({
      alone: cast(
        { sends: ['numbers', 'idle'], receives: ['numbers', 'idle'] },
        async ({ to, from }) => {
          const idle = {
            out: to.idle.onSend(0),
            in: from.idle.onReceive(),
            null: null,
            never,
            late: after(60_000),
          };
          for (const [number, beside] of subsetsOf(idle).entries()) {
            for (const how of [{}, { priority: true }, { otherwise: true }]) {
              const send = { ...beside, it: to.numbers.onSend(number) };
              assert.deepEqual(await select(send, how), { guard: 'it' });
              const receive = { it: from.numbers.onReceive(), ...beside };
              const received = { guard: 'it', done: false, value: number };
              assert.deepEqual(await select(receive, how), received);
            }
            assert.deepEqual(await select(beside, { otherwise: true }), { guard: 'otherwise' });
          }
        },
      ),
    }),
  }),
];

function sends(
  toNobody: Sender<number>,
): readonly ((numbers: Sender<number>) => Promise<unknown>)[] {
  return [
    (numbers) => numbers.send(1),
    (numbers) => select({ out: numbers.onSend(1) }),
    (numbers) => select({ out: numbers.onSend(1), never: toNobody.onSend(2) }),
  ];
}

function receives(
  fromNobody: Receiver<number>,
): readonly ((numbers: Receiver<number>) => Promise<number | undefined>)[] {
  return [
    (numbers) => numbers.receive(),
    async (numbers) => (await select({ in: numbers.onReceive() })).value,
    async (numbers) =>
      (await select({ in: numbers.onReceive(), never: fromNobody.onReceive() })).value,
  ];
}

function subsetsOf(guards: Guards): readonly Guards[] {
  const entries = Object.entries(guards);
  return upTo(2 ** entries.length).map((bits) =>
    Object.fromEntries(entries.filter((_, place) => bits & (1 << place))),
  );
}
