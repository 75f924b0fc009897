import { toStandardJsonSchema } from '@valibot/to-json-schema';
import {
  after,
  ContractError,
  channel,
  type JsonSchema,
  NotAllTakenError,
  type StandardSchema,
  select,
  TopologyError,
  toWritable,
} from 'handover';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { rejection } from '../../support/failures.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';

const order = z.object({
  id: z.int(),
  lines: z.array(z.object({ price: z.number(), text: z.string().optional() })),
});

const fit = { id: 1, lines: [{ price: 2.5 }] };
const unfit = { id: 1, lines: [{ price: 2.5 }, { price: '3' }] };

const jsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    lines: { type: 'array', items: { properties: { price: { type: 'number' } } } },
  },
};

const schemas = [
  ['zod', order],
  [
    'valibot',
    toStandardJsonSchema(
      v.object({ id: v.number(), lines: v.array(v.object({ price: v.number() })) }),
    ),
  ],
  ['JSON Schema', jsonSchema],
] as const;

describe.each(schemas)('15.2 a contract in %s, beside the supervisor', (_, contract) => {
  test('15.2 lets through what meets it, as it was given', async () => {
    const { supervisor } = supervise();
    const orders = supervisor.channel<object>('orders', { contract });
    const value = { ...fit, more: 'than the schema has' };
    const received = orders.receiver.receive();
    await orders.sender.send(value);
    expect(await received).toEqual(value);
  });

  test('15.2 refuses what does not at the sender, with the path, the value, and nothing sent', async () => {
    const { supervisor } = supervise();
    const orders = supervisor.channel<object>('orders', { contract });
    const error = await rejection(orders.sender.send(unfit));
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toMatchObject({
      code: 'CONTRACT',
      channel: 'orders',
      path: '$.lines[1].price',
      value: unfit,
      attempts: 0,
    });
    expect((await orders.sender.statistics()).waitingSenders).toBe(0);
  });
});

describe('15.2 every way to send', () => {
  function open() {
    const { supervisor } = supervise();
    const numbers = supervisor.channel('numbers', { contract: z.number() });
    const others = supervisor.channel<unknown>('others');
    return { numbers, others };
  }
  const wrong = 'a' as unknown as number;

  test('15.2 trySend rejects, and says not that nobody was ready', async () => {
    const { numbers } = open();
    const received = numbers.receiver.receive();
    await expect(numbers.sender.trySend(wrong)).rejects.toThrow(ContractError);
    expect(await numbers.sender.trySend(1)).toBe(true);
    expect(await received).toBe(1);
  });

  test('15.2 a select with an unfit value has no effect on any guard', async () => {
    const { numbers, others } = open();
    const waiting = others.receiver.receive({ timeout: 20 });
    const guards = { good: others.sender.onSend(1), bad: numbers.sender.onSend(wrong) };
    expect(await rejection(select(guards))).toMatchObject({ code: 'CONTRACT', path: '$' });
    await expect(waiting).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });

  test('15.2 a select with fit values goes on', async () => {
    const { numbers } = open();
    const received = numbers.receiver.receive();
    const chosen = await select({ sent: numbers.sender.onSend(1), late: after(10_000) });
    expect([chosen.guard, await received]).toEqual(['sent', 1]);
  });

  test('15.2 sendAll ends there, and knows what was taken', async () => {
    const { numbers } = open();
    const taken: number[] = [];
    const reading = (async () => {
      for await (const number of numbers.receiver) taken.push(number);
    })();
    const error = await rejection(numbers.sender.sendAll([1, 2, wrong, 4], { window: 1 }));
    expect(error).toBeInstanceOf(NotAllTakenError);
    expect(error).toMatchObject({ taken: 2, notTaken: [{ index: 2, value: 'a' }] });
    expect((error as Error).cause).toBeInstanceOf(ContractError);
    numbers.sender.close();
    await reading;
    expect(taken).toEqual([1, 2]);
  });

  test('15.2 a stream fails', async () => {
    const { numbers } = open();
    const writer = toWritable(numbers.sender).getWriter();
    writer.closed.catch(() => {});
    await expect(writer.write(wrong)).rejects.toThrow(ContractError);
  });

  test('15.2 a send that is held back is checked as it is encoded', async () => {
    const { supervisor } = supervise();
    const values = supervisor.channel<{ n: unknown }>('values', {
      contract: { properties: { n: { type: 'number' } } },
    });
    const all = Array.from({ length: 100 }, (_, n) => ({ n: n === 90 ? 'no' : n }));
    const sent = Promise.allSettled(all.map((value) => values.sender.send(value)));
    const received: unknown[] = [];
    for (let count = 0; count < 99; count++) received.push((await values.receiver.receive()).n);
    expect(received).toEqual(Array.from({ length: 100 }, (_, n) => n).filter((n) => n !== 90));
    expect((await sent).filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });

  test('15.2 a clone of a sender has its contract', async () => {
    const { numbers } = open();
    await expect(numbers.sender.clone().send(wrong)).rejects.toThrow(ContractError);
  });

  test('15.2 channels inside one process, too: any validator will do there, and any value', async () => {
    const isMap = z.instanceof(Map);
    const [tx, rx] = channel({ name: 'maps', contract: isMap });
    const received = rx.receive();
    await tx.send(new Map([[1, 2]]));
    expect(await received).toEqual(new Map([[1, 2]]));
    const error = await rejection(tx.send({} as never));
    expect(error).toMatchObject({ code: 'CONTRACT', channel: 'maps', path: '$' });
  });
});

describe('15.1 what makes no contract', () => {
  const async: StandardSchema<string> = {
    '~standard': {
      version: 1,
      vendor: 'slow',
      validate: async () => ({}),
      jsonSchema: { input: () => ({}) },
    },
  };
  const wrong = [
    [
      'no schema',
      'string',
      /must be a schema of a validation library.* or a JSON Schema, not string/,
    ],
    [
      'no JSON Schema',
      v.object({}),
      /valibot that cannot say itself as JSON Schema.*toStandardJsonSchema/,
    ],
    [
      'no word in JSON',
      z.date(),
      /zod cannot say its contract as JSON Schema.*Date cannot be represented/,
    ],
    [
      'another draft',
      { $schema: 'http://json-schema.org/draft-07/schema#' },
      /export it as draft 2020-12/,
    ],
    [
      'a reference',
      { $ref: 'https://example.org/x.json' },
      /refers to "https:.*put that into its \$defs/,
    ],
    ['nonsense', { type: 'strnig' }, /no JSON Schema of draft 2020-12 that can be checked here/],
    ['too much', { enum: Array.from({ length: 9_000 }, (_, n) => n) }, /more than the 32768/],
  ] as const;

  test.each(wrong)('15.1 %s is an error that says what to do', (_, contract, message) => {
    const { supervisor } = supervise();
    const make = () => supervisor.channel<unknown>('orders', { contract: contract as JsonSchema });
    expect(make).toThrow(TopologyError);
    expect(make).toThrow(message);
    expect(make).toThrow(/^channel "orders"/);
  });

  test('15.1 an asynchronous validator is one at the send', async () => {
    const { supervisor } = supervise();
    const orders = supervisor.channel('orders', { contract: async });
    await expect(orders.sender.send('a')).rejects.toThrow(/channel "orders".*asynchronously/);
  });

  test('15.1 contracts that do not fit the welcome of a stage are told where it is made', () => {
    const { supervisor } = supervise();
    const large = { enum: Array.from({ length: 5_000 }, (_, n) => n) };
    const ends = Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [name, supervisor.channel(name, { contract: large }).receiver]),
    );
    const make = () => supervisor.stage('reader', { module: stageModule('print-all'), ends });
    expect(make).toThrow(/stage "reader".*names and contracts/);
  });

  test('15.1 what zod.toJSONSchema() makes can say more: bytes stand where it allows anything', async () => {
    const { supervisor } = supervise();
    const schema = z.object({ data: z.instanceof(Uint8Array) });
    const contract = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
    const files = supervisor.channel<object>('files', { contract });
    const received = files.receiver.receive();
    await files.sender.send({ data: Uint8Array.of(1) });
    expect(await received).toEqual({ data: Uint8Array.of(1) });
    await expect(files.sender.send({ data: 'text' })).rejects.toThrow(ContractError);
  });
});

describe('the types', () => {
  test('the type of a channel is that of its schema', () => {
    const { supervisor } = supervise();
    const orders = supervisor.channel('orders', { contract: order });
    expectTypeOf(orders.sender.send).parameter(0).toEqualTypeOf<z.input<typeof order>>();
    const plain = supervisor.channel<string>('plain', { contract: { type: 'string' } });
    expectTypeOf(plain.receiver.receive).returns.resolves.toEqualTypeOf<string>();
  });
});
