import { join } from 'node:path';
import {
  ContractMismatchError,
  ContractUncheckedError,
  pipeline,
  type Sender,
  StageFailedError,
} from 'handover';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { failureOf, rejection } from '../../support/failures.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';
import { folderOf } from '../cli/files.ts';

const order = z.object({ id: z.int(), lines: z.array(z.object({ price: z.number() })) });

describe('15.2 a stage checks what it sends', () => {
  function start(contract: object) {
    const { supervisor } = supervise();
    const [input, told] = [
      supervisor.channel<unknown>('input'),
      supervisor.channel<unknown>('told'),
    ];
    const orders = supervisor.channel<unknown>('orders', { contract: contract as typeof order });
    supervisor.stage('seller', {
      module: stageModule('send-what-it-is-told'),
      ends: { input: input.receiver, output: orders.sender, told: told.sender },
    });
    const send = async (value: unknown) => {
      await input.sender.send(value);
      return told.receiver.receive();
    };
    return { supervisor, send, orders: orders.receiver };
  }

  test('15.2 refuses what does not meet it, and goes on', async () => {
    const { send, orders } = start(order);
    expect(await send({ id: 1, lines: [{ price: '2' }] })).toEqual([
      'CONTRACT',
      '$.lines[0].price',
      'the value for "orders" does not meet the contract of the channel: at $.lines[0].price: must be number. Nothing was sent',
    ]);
    expect(await send({ id: 1.5, lines: [] })).toMatchObject({ 1: '$.id' });
    expect(await send({ id: 1 })).toMatchObject({ 1: '$' });
    const received = orders.receive();
    expect(await send({ id: 1, lines: [{ price: 2 }] })).toBe('taken');
    expect(await received).toEqual({ id: 1, lines: [{ price: 2 }] });
  });

  test('15.3 also where a property has the name of a keyword that says nothing', async () => {
    const { send } = start(z.object({ title: z.string(), default: z.number() }));
    expect(await send({ title: 1, default: 1 })).toMatchObject({ 1: '$.title' });
    expect(await send({ title: 'a' })).toMatchObject({ 1: '$' });
  });
});

describe('15.5 pipelines', () => {
  test('15.5 a joint has one; so has what several ordered replicas send on', async () => {
    const { supervisor, book } = supervise();
    const told = supervisor.channel<unknown>('told');
    const results = supervisor.channel<unknown>('results', { contract: { type: 'number' } });
    const start = supervisor.channel<unknown>('start');
    pipeline(
      supervisor,
      {
        teller: {
          module: stageModule('send-what-it-is-told'),
          ends: { told: told.sender },
        },
        echo: {
          module: stageModule('echo'),
          channel: { contract: { type: ['number', 'string'] } },
          replicas: 2,
          ordered: true,
        },
      },
      { from: start.receiver, to: results.sender },
    );
    await start.sender.send(null);
    expect(await told.receiver.receive()).toMatchObject({ 0: 'CONTRACT', 1: '$' });
    const received = results.receiver.receive();
    await start.sender.send(1);
    expect(await received).toBe(1);
    expect(await told.receiver.receive()).toBe('taken');
    await start.sender.send('text');
    await book.until('echo.2', 'at $: must be number. Nothing was sent');
  });
});

describe('15.5 ends in values', () => {
  test('15.5 a sender that came in a value has its contract, in a stage and beside the supervisor', async () => {
    const { supervisor } = supervise();
    const road = supervisor.channel<Sender<unknown>>('road');
    const told = supervisor.channel<string>('told');
    const numbers = supervisor.channel<unknown>('numbers', { contract: { type: 'number' } });
    supervisor.stage('sender', {
      module: stageModule('send-on-what-comes'),
      ends: { input: road.receiver, told: told.sender },
    });
    await road.sender.send(numbers.sender);
    expect(await told.receiver.receive()).toMatch(/"numbers".*contract.*must be number/);
    expect(await numbers.receiver.receive()).toBe(1);
    expect(await told.receiver.receive()).toBe('taken');
  });

  test('15.5 a stage makes a channel with a contract: it checks itself, and so does who gets its sender', async () => {
    const { supervisor } = supervise();
    const road = supervisor.channel<Sender<unknown>>('road');
    const told = supervisor.channel<unknown>('told');
    supervisor.stage('opener', {
      module: stageModule('open-with-contract'),
      ends: { output: road.sender, told: told.sender },
    });
    expect(await told.receiver.receive()).toMatch(/ContractError.*"answers".*must be number/);
    const sender = await road.receiver.receive();
    const error = await rejection(sender.send('a'));
    expect(error).toMatchObject({ code: 'CONTRACT', channel: 'answers', path: '$' });
    await sender.send(7);
    expect(await told.receiver.receive()).toBe(7);
  });
});

describe('15.7 built against', () => {
  function start(
    declared: unknown,
    contract: object | undefined,
    restart: 'never' | 'on-failure' = 'never',
  ) {
    const supervision = supervise();
    const { supervisor } = supervision;
    const input = supervisor.channel<unknown>(
      'numbers',
      contract && { contract: contract as typeof order },
    );
    const output = supervisor.channel<unknown>('doubled');
    supervisor.stage('doubler', {
      module: stageModule('expect-contracts'),
      args: [JSON.stringify(declared)],
      ends: { input: input.receiver, output: output.sender },
      restart,
    });
    return { ...supervision, input: input.sender, output: output.receiver };
  }

  test('15.7 the same contract, said otherwise: it goes on', async () => {
    const declared = { description: 'a number', enum: [3, 2, 1], $comment: 'ours' };
    const { supervisor, input, output } = start({ input: declared }, { enum: [1, 2, 3] });
    await input.send(3);
    expect(await output.receive()).toBe(6);
    input.close();
    await supervisor.finished();
  });

  test('15.7 another: it is refused before it takes anything, with what differs, and not started again', async () => {
    const declared = {
      type: 'object',
      required: ['id', 'note'],
      properties: {
        id: { type: 'integer' },
        lines: { items: { properties: { price: { type: 'string' } } } },
      },
    };
    const contract = {
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'integer' },
        lines: { items: { properties: { price: { type: 'number' } } } },
        when: { type: 'string' },
      },
    };
    const { supervisor, book, input } = start({ input: declared }, contract, 'on-failure');
    const sent = input.send({ id: 1 });
    sent.catch(() => {});
    const error = (await rejection(supervisor.finished())) as Error;
    expect(error).toBeInstanceOf(StageFailedError);
    const mismatch = error.cause as ContractMismatchError;
    expect(mismatch).toBeInstanceOf(ContractMismatchError);
    expect(mismatch).toMatchObject({ stage: 'doubler', channel: 'numbers' });
    expect(mismatch.differences).toEqual([
      {
        path: '$.lines[].price',
        what: '(type) is "string" in the stage, and "number" in the channel',
      },
      { path: '$.when', what: 'is only in the channel' },
      { path: '$.note', what: 'must be there only in the stage' },
    ]);
    expect(error.message).toContain('$.lines[].price (type) is "string" in the stage');
    expect(supervisor.report().stages).toMatchObject([{ restarts: 0, outcome: 'failed' }]);
    await expect(sent).rejects.toMatchObject({ code: 'CHANNEL_BROKEN', attempts: 0 });
    expect(book.lines.map(({ line }) => line).join('\n')).toContain(
      'was built against another contract of "numbers"',
    );
  });

  test('15.7 also where it has worked before, and was built anew since: it is not started again', async () => {
    const { supervisor } = supervise();
    const input = supervisor.channel<number>('numbers', { contract: { type: 'number' } });
    supervisor.stage('taker', {
      module: stageModule('expect-otherwise-later'),
      args: [join(folderOf({}), 'rebuilt')],
      ends: { input: input.receiver },
      restart: 'on-failure',
    });
    await input.sender.send(1);
    await rejection(supervisor.finished());
    expect(supervisor.report().stages).toMatchObject([{ restarts: 1, outcome: 'failed' }]);
  });

  test('15.7 of a channel that has none: the stage fails, and says so', async () => {
    const { supervisor } = start({ input: {} }, undefined);
    await rejection(supervisor.finished());
    const { stderr } = await failureOf(supervisor, 'doubler');
    expect(stderr.join('\n')).toContain(
      'against a contract of "numbers", and the channel has none',
    );
  });

  test('15.7 of an end that it was not given: the same', async () => {
    const { supervisor } = start({ inputs: {} }, {});
    await rejection(supervisor.finished());
    const { stderr } = await failureOf(supervisor, 'doubler');
    expect(stderr.join('\n')).toContain('was given no end of that name');
  });
});

describe('15.6 who cannot check', () => {
  test('15.6 must not have a sender: it is refused, and told what to do, and not started again', async () => {
    const { supervisor } = supervise();
    const out = supervisor.channel<unknown>('out', { contract: {} });
    supervisor.stage('hand', {
      module: stageModule('greet-and-say'),
      args: ['[]'],
      ends: { output: out.sender },
      restart: 'on-failure',
    });
    const error = (await rejection(supervisor.finished())) as Error;
    const unchecked = error.cause;
    expect(unchecked).toBeInstanceOf(ContractUncheckedError);
    expect(unchecked).toMatchObject({ code: 'CONTRACT_UNCHECKED', stage: 'hand', channel: 'out' });
    expect(supervisor.report().stages).toMatchObject([{ restarts: 0 }]);
  });

  test('15.6 nor one that waited for its turn: a spare', async () => {
    const { supervisor } = supervise();
    const out = supervisor.channel<unknown>('out', { contract: {} });
    const input = supervisor.channel<unknown>('input');
    supervisor.stage('hand', {
      module: stageModule('greet-and-say'),
      args: ['[]'],
      ends: { output: out.sender, input: input.receiver },
      restart: 'on-failure',
      spare: 1,
    });
    const error = (await rejection(supervisor.finished())) as Error;
    expect(error.cause).toBeInstanceOf(ContractUncheckedError);
  });

  test('15.6 nor be given one in a value: that goes back', async () => {
    const { supervisor } = supervise();
    const road = supervisor.channel<Sender<unknown>>('road', { maxAttempts: 1 });
    const numbers = supervisor.channel<unknown>('numbers', { contract: { type: 'number' } });
    const receives = {
      type: 'offer',
      op: 1,
      isPoll: false,
      isPriority: false,
      guards: [{ end: 1 }],
    };
    supervisor.stage('hand', {
      module: stageModule('greet-and-say'),
      args: [JSON.stringify([receives])],
      ends: { input: road.receiver },
    });
    await expect(road.sender.send(numbers.sender)).rejects.toMatchObject({ code: 'LOST' });
    const error = (await rejection(supervisor.finished())) as Error;
    expect(error.cause).toBeInstanceOf(ContractUncheckedError);
    expect(numbers.sender.closed).toBe(false);
  });

  test('15.6 may have a receiver', async () => {
    const { supervisor } = supervise();
    const out = supervisor.channel<unknown>('out', { contract: {} });
    supervisor.stage('hand', {
      module: stageModule('greet-and-say'),
      args: [JSON.stringify([{ type: 'close', end: 1 }])],
      ends: { input: out.receiver },
    });
    await expect(out.sender.send(1)).rejects.toMatchObject({ code: 'CHANNEL_ENDED' });
  });
});
