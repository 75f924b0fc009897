/** What travels: values that are nothing, values that look like nothing, and ends. */
import assert from 'node:assert/strict';
import type { Receiver, Sender } from 'handover/child';
import { expectation, of, several } from '../case.ts';
import { all, outcomeOf, upTo } from '../watching.ts';

export const cases = [
  expectation({
    title: 'R1 values that are empty are values: null, false, 0, an empty text, an empty object',
    channels: { values: of<unknown>() },
    participants: (cast) => ({
      sender: cast({ sends: ['values'] }, async ({ to: { values } }) => {
        for (const value of [null, false, 0, '', {}, []]) await values.send(value);
      }),
      receiver: cast({ receives: ['values'] }, async ({ from: { values } }) => {
        assert.deepEqual(await all(values), [null, false, 0, '', {}, []]);
      }),
    }),
  }),

  expectation({
    title: 'R1 who tries can tell a null that was sent from nothing',
    channels: { values: of<null>({ capacity: 1 }) },
    participants: (cast) => ({
      alone: cast({ sends: ['values'], receives: ['values'] }, async ({ to, from: { values } }) => {
        assert.equal(await values.tryReceive(), undefined);
        await to.values.send(null);
        assert.deepEqual(await values.tryReceive(), { value: null });
      }),
    }),
  }),

  expectation({
    title: 'R2 values of one channel may be of different kinds and sizes',
    channels: { values: of<unknown>() },
    participants: (cast) => ({
      sender: cast({ sends: ['values'] }, async ({ to: { values } }) => {
        for (const size of [0, 1, 100, 10_000, 200_000]) {
          await values.send('x'.repeat(size));
          await values.send(new Uint8Array(size).fill(size % 251));
          await values.send({ size, nested: [{ size }] });
        }
      }),
      receiver: cast({ receives: ['values'] }, async ({ from: { values } }) => {
        for (const size of [0, 1, 100, 10_000, 200_000]) {
          assert.equal(await values.receive(), 'x'.repeat(size));
          assert.deepEqual(await values.receive(), new Uint8Array(size).fill(size % 251));
          assert.deepEqual(await values.receive(), { size, nested: [{ size }] });
        }
      }),
    }),
  }),

  expectation({
    title: 'R2 the same object may be sent many times',
    channels: { values: of<object>({ capacity: 1 }) },
    participants: (cast) => ({
      alone: cast({ sends: ['values'], receives: ['values'] }, async ({ to, from: { values } }) => {
        const value = {};
        for (const _ of upTo(10)) {
          await to.values.send(value);
          assert.equal(await to.values.trySend(value), false);
          assert.deepEqual(await values.receive(), {});
        }
      }),
    }),
  }),

  expectation({
    title: 'R9 each value carries the receiver of the next channel, a hundred times',
    channels: { first: of<Receiver<unknown>>() },
    participants: (cast) => ({
      sender: cast({ sends: ['first'] }, async ({ to: { first }, open }) => {
        let sender: Sender<Receiver<unknown>> = first;
        for (const _ of upTo(100)) {
          const [nextSender, next] = open<Receiver<unknown>>();
          await sender.send(next);
          sender = nextSender;
        }
        sender.close();
      }),
      receiver: cast({ receives: ['first'] }, async ({ from: { first } }) => {
        let receiver: Receiver<unknown> = first;
        for (const _ of upTo(100)) receiver = (await receiver.receive()) as Receiver<unknown>;
        assert.equal(await outcomeOf(receiver.receive()), 'CHANNEL_ENDED');
      }),
    }),
  }),

  expectation({
    title: 'R9 a channel may carry its own receiver',
    channels: { receivers: of<unknown>({ capacity: 2 }) },
    participants: (cast) => ({
      alone: cast(
        { sends: ['receivers'], receives: ['receivers'] },
        async ({ to, from: { receivers } }) => {
          await to.receivers.send(receivers.clone());
          const same = (await receivers.receive()) as Receiver<unknown>;
          await to.receivers.send('by way of the other');
          assert.equal(await same.receive(), 'by way of the other');
          same.close();
        },
      ),
    }),
  }),

  expectation({
    title: 'R9 a question brings the sender for its answer',
    channels: { questions: of<{ number: number; answer: Sender<number> }>() },
    participants: (cast) => ({
      server: cast({ receives: ['questions'] }, async ({ from: { questions } }) => {
        for await (const { number, answer } of questions) {
          await answer.send(number * number);
          answer.close();
        }
      }),
      ...several(3, 'client', () =>
        cast({ sends: ['questions'] }, async ({ to: { questions }, open }) => {
          for (const number of upTo(30)) {
            const [answer, answers] = open<number>();
            const asked = questions.send({ number, answer });
            assert.equal(await answers.receive(), number * number);
            await asked;
          }
        }),
      ),
    }),
  }),
];
