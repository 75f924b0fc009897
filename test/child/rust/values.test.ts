import type { Sender } from 'handover';
import { expect, test } from 'vitest';
import { rejection } from '../../support/failures.ts';
import { describeRust, rustStage } from '../../support/rust.ts';
import { supervise } from '../../support/supervision.ts';

describeRust('values, in a stage in Rust', () => {
  test('§5 go into the types of its code, and come back as what they are here', async () => {
    const { supervisor } = supervise();
    const questions = supervisor.channel<object>('questions');
    supervisor.stage('answering', {
      ...rustStage('answer_questions'),
      ends: { questions: questions.receiver },
    });
    const answers = supervisor.channel<unknown>('answers');
    const question = {
      id: 2n ** 63n,
      amount: 3,
      when: new Date('1969-12-31T23:59:59.999Z'),
      raw: new Uint8Array([1, 2, 3]),
      tags: ['a', 'b'],
      unknown: { here: [null] },
    };
    await questions.sender.send({ ...question, note: null, reply: answers.sender.clone() });
    expect(await answers.receiver.receive()).toEqual({
      nextId: 2n ** 63n + 1n,
      half: 1.5,
      dayBefore: new Date('1969-12-30T23:59:59.999Z'),
      raw: new Uint8Array([3, 2, 1]),
      tags: [2, 'ab'],
      kind: 'Plain',
    });
    await questions.sender.send({ ...question, id: 1, note: 'n', reply: answers.sender.clone() });
    expect(await answers.receiver.receive()).toMatchObject({
      nextId: 2,
      kind: { Noted: { note: 'n' } },
    });
    answers.sender.close();
    questions.sender.close();
    expect(await rejection(answers.receiver.receive())).toMatchObject({ code: 'CHANNEL_ENDED' });
    await supervisor.finished();
  });

  test('§3.12 are refused where they are of another type, and the ends inside them closed', async () => {
    const { supervisor } = supervise();
    const questions = supervisor.channel<object>('questions');
    supervisor.stage('answering', {
      ...rustStage('answer_questions'),
      ends: { questions: questions.receiver },
    });
    const answers = supervisor.channel<unknown>('answers');
    const reply: Sender<unknown> = answers.sender.clone();
    const wrong = {
      id: 1,
      amount: 1,
      when: new Date(),
      raw: new Uint8Array(),
      tags: ['a', 7],
      reply,
    };
    expect(await rejection(questions.sender.send(wrong))).toMatchObject({
      code: 'VALUE_REFUSED',
      message: expect.stringContaining('expected a string at $.tags[1]'),
      value: wrong,
    });
    reply.close();
    answers.sender.close();
    expect(await rejection(answers.receiver.receive())).toMatchObject({ code: 'CHANNEL_ENDED' });
    questions.sender.close();
    await supervisor.finished();
  });

  test('§5.3 that cannot travel are refused there, in words that say where', async () => {
    const { supervisor, book } = supervise({ maxValueBytes: 8_000 });
    const values = supervisor.channel<unknown>('values');
    supervisor.stage('refusing', {
      ...rustStage('refuse_values'),
      ends: { output: values.sender },
    });
    await supervisor.finished();
    expect(book.printed('refusing')).toEqual([
      'NOT_ENCODABLE the value for "values" cannot be sent: the integer 18446744073709551616, which has more than ' +
        '64 bits (send it as a text) at $.numbers[1] (1 kept)',
      expect.stringMatching(
        /^VALUE_TOO_LARGE the value for "values" has 9\d{3} bytes, more than the 8000 that/,
      ),
    ]);
  });

  test('§7.9 carry ends, which are gone there when they were taken', async () => {
    const { supervisor, book } = supervise();
    const values = supervisor.channel<Sender<string>>('values');
    supervisor.stage('moving', { ...rustStage('move_ends'), ends: { output: values.sender } });
    const reply = await values.receiver.receive();
    await reply.send('hello');
    reply.close();
    await supervisor.finished();
    expect(book.printed('moving')).toEqual([
      'hello',
      'END_MOVED cannot send on "replies": its sender was given to the receiver of "values" and can be used only ' +
        'there. For another holder give a copy: sender.clone()',
      expect.stringMatching(
        /^NOT_ENCODABLE .* the sender of "replies", which was given to the receiver of "values"/,
      ),
      'ended',
    ]);
  });

  test('§2.6 that are large leave in pieces, with others between them', async () => {
    const { supervisor } = supervise();
    const [large, small] = [
      supervisor.channel<Uint8Array>('large'),
      supervisor.channel<number>('small'),
    ];
    supervisor.stage('source', {
      ...rustStage('send_large', '3', '5'),
      ends: { large: large.sender, small: small.sender },
    });
    const numbers: number[] = [];
    for await (const number of small.receiver) {
      numbers.push(number);
      if (number === 99) break;
    }
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, number) => number));
    const lengths = [];
    for await (const value of large.receiver) {
      expect(value.every((byte) => byte === value[0])).toBe(true);
      lengths.push(value.length);
    }
    expect(lengths).toEqual([5, 5, 5].map((size) => size * 2 ** 20));
    await supervisor.finished();
  });
});
