/** Section 15: what a process does with contracts. Those of channels stand in the welcome, and before ends in values. */
import { encoded, fromHex } from '../bytes.ts';
import type { Check, Section } from '../check.ts';
import { Unmet } from '../outcome.ts';
import {
  answers,
  type Command,
  deliver,
  does,
  ends,
  isOfferOn,
  namedEnds,
  needs,
  receives,
  reports,
  sends,
  take,
  tell,
  welcomeOf,
} from '../talk.ts';
import type { Said, Trial } from '../trial.ts';

/** { do: 'use', end: the first of those that come with it } */
const commandWithEnd = fromHex('82 A2 64 6F A3 75 73 65 A3 65 6E 64 D4 01 00');
const passed = 71_000;
const price = { properties: { lines: { items: { properties: { price: { type: 'number' } } } } } };

export const contracts: Section = {
  title: '15 Contracts',
  checks: [
    {
      clause: '15.2',
      title: 'sends what meets the contract of its channel',
      run: async (start) => {
        const trial = start();
        await greetUnder(trial, price);
        const value = { lines: [{ price: 1 }, { price: 2.5 }], more: null };
        await tell(trial, { do: 'send', value });
        await take(trial, 'output');
        await reports(trial, { outcome: 'done' });
      },
    },
    ...(
      [
        ['a send', { do: 'send', value: { lines: [{ price: 1 }, { price: '2' }] } }, price],
        ['a send that only tries', { do: 'try-send', value: 'text' }, { type: 'number' }],
        ['a choice', { do: 'select', guards: ['output'], priority: false }, { type: 'number' }],
      ] as const
    ).map(
      ([what, command, contract]): Check => ({
        clause: '15.2',
        title: `offers nothing of ${what} whose value does not meet the contract, and fails it`,
        run: async (start) => {
          const trial = start();
          await greetUnder(trial, contract);
          await failsOf(trial, command);
          await does(trial, { do: 'print', text: 'goes on' });
        },
      }),
    ),
    {
      clause: '15.4',
      title: 'checks no format, and what the draft does not have',
      run: async (start) => {
        const trial = start();
        await greetUnder(trial, { type: 'string', format: 'email', colour: 'red' });
        await tell(trial, { do: 'send', value: 'nobody' });
        await take(trial, 'output');
        await reports(trial, { outcome: 'done' });
      },
    },
    {
      clause: '15.4',
      title: 'sends bytes where the contract allows anything',
      run: async (start) => {
        const trial = start();
        await greetUnder(trial, { type: 'object', required: ['data'] });
        await tell(trial, { do: 'send', value: { data: Uint8Array.of(1, 2) } });
        await take(trial, 'output');
        await reports(trial, { outcome: 'done' });
      },
    },
    {
      clause: '15.4',
      title: 'sends no bytes where the contract wants a text',
      run: async (start) => {
        const trial = start();
        await greetUnder(trial, { properties: { data: { type: 'string' } } });
        await failsOf(trial, { do: 'send', value: { data: Uint8Array.of(1, 2) } });
      },
    },
    {
      clause: '15.5',
      title: 'checks what it sends on an end that came in a value',
      run: async (start) => {
        const trial = start();
        await greetUnder(trial, {});
        await isGiven(trial, { type: 'number' });
        await isRefused(trial, passed);
      },
    },
    {
      clause: '15.5',
      title: 'sends there what meets the contract',
      run: async (start) => {
        const trial = start();
        await greetUnder(trial, {});
        await isGiven(trial, { const: 'used' });
        const { op } = await sends(trial, passed);
        trial.say({ type: 'completed', op, guard: 0 });
        await reports(trial, { outcome: 'done' });
      },
    },
  ],
};

/** The channel of "output" has a contract. */
async function greetUnder(trial: Trial, schema: object): Promise<void> {
  const { features } = await trial.hello();
  const contract = JSON.stringify(schema);
  const given = namedEnds.map((end) => (end.name === 'output' ? { ...end, contract } : end));
  trial.say({ ...welcomeOf(trial), ends: given });
  needs(features, 'contracts');
}

/** The subject is given a sender of a channel with a contract, and sends on it. */
async function isGiven(trial: Trial, schema: object): Promise<void> {
  const { op } = await receives(trial, 'control');
  trial.say({ type: 'contract', end: passed, contract: JSON.stringify(schema) });
  const end = { end: passed, side: 'send', channel: 'used' } as const;
  deliver(trial, op, commandWithEnd, { ends: [end] });
  await answers(trial, op, 'taken');
}

async function failsOf(trial: Trial, command: Command): Promise<void> {
  await tell(trial, command);
  await isRefused(trial, ends.output);
}

/** It reports that its value does not meet the contract, and has offered nothing. */
async function isRefused(trial: Trial, end: number): Promise<void> {
  const offer = await trial.next(
    'a report that the value does not meet the contract',
    (message): message is Said<'offer'> => isOfferOn(message, end, ends.report),
  );
  const [guard] = offer.guards;
  if (guard?.end === end) {
    throw new Unmet('no offer of a value that does not meet the contract', 'it offers it');
  }
  trial.say({ type: 'completed', op: offer.op, guard: 0 });
  const said = Buffer.from(guard?.value ?? []);
  if (said.includes(Buffer.from(encoded('contract')))) return;
  throw new Unmet('a report with outcome: contract', `it reports ${said.toString('latin1')}`);
}
