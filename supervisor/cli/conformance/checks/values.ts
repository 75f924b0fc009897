/** Section 5: values of every form come back as they were sent, and what is no value is refused. */
import { encoded, fromHex, hexOf } from '../bytes.ts';
import type { Check, Section } from '../check.ts';
import { NotApplicable, Unmet } from '../outcome.ts';
import { answers, deliver, ends, greet, receives, reports, takesBack, tell } from '../talk.ts';
import type { Trial } from '../trial.ts';

type Bytes = readonly (string | Uint8Array)[];

/** Every language has these. */
export const everywhere: readonly (readonly [string, Bytes])[] = [
  ['nil, false and true', ['C0', 'C2', 'C3']],
  [
    '0 in every form',
    [
      '00',
      'CC00',
      'CD0000',
      'CE00000000',
      zeros('CF', 8),
      'D000',
      'D10000',
      'D200000000',
      zeros('D3', 8),
    ],
  ],
  [
    '1 in every form',
    [
      '01',
      'CC01',
      'CD0001',
      'CE00000001',
      'CF0000000000000001',
      'D001',
      'D10001',
      'D200000001',
      'D30000000000000001',
    ],
  ],
  [
    'whole numbers up to 2^53 − 1',
    [
      '7F',
      'CC80',
      'CCFF',
      'CD0100',
      'CDFFFF',
      'CE00010000',
      'CE7FFFFFFF',
      'CEFFFFFFFF',
      'CF0000000100000000',
      'CF0000019F1DACE095',
      'CF001FFFFFFFFFFFFF',
    ],
  ],
  [
    'whole numbers below 0',
    [
      'FF',
      'D0FF',
      'D1FFFF',
      'D2FFFFFFFF',
      'D3FFFFFFFFFFFFFFFF',
      'E0',
      'D0DF',
      'D080',
      'D1FF7F',
      'D18000',
      'D2FFFF7FFF',
      'D280000000',
      'D3FFFFFFFF7FFFFFFF',
      'D3FFE0000000000001',
    ],
  ],
  [
    'fractions',
    [
      'CB3FF8000000000000',
      'CA3FC00000',
      'CBBFD0000000000000',
      'CB3FB999999999999A',
      'CA3DCCCCCD',
      'CB0000000000000001',
      'CB7FEFFFFFFFFFFFFF',
    ],
  ],
  ['a whole number as a float', ['CB3FF0000000000000', 'CA3F800000', 'CB43F0000000000000']],
  [
    'texts of every length, in every form',
    [
      'A0',
      'D900',
      'DA0000',
      'DB00000000',
      'A161',
      'D90161',
      'DA000161',
      'DB0000000161',
      text(31),
      text(32),
      text(255),
      text(256),
      text(65_536),
    ],
  ],
  [
    'texts beyond ASCII',
    [
      'A2C3A9',
      'A365CC81',
      'A6E697A5E69CAC',
      'A4F09F9880',
      'A3610062',
      'A3220A5C',
      `D920${'C3A9'.repeat(16)}`,
    ],
  ],
  ['bytes', ['C400', 'C50000', 'C600000000', 'C4030080FF', bytes(256), bytes(65_536)]],
  [
    'arrays',
    [
      '90',
      'DC0000',
      'DD00000000',
      '9101',
      '92919090',
      list(15),
      list(16),
      '98C0C3F9CB3FE0000000000000A178C401019080',
    ],
  ],
  [
    'maps',
    [
      '80',
      'DE0000',
      'DF00000000',
      '81A16101',
      'DF00000001A16101',
      '82AB636F6E7374727563746F7201A8746F537472696E6702',
      '82A001A2C3A902',
      map(15),
      map(16),
      '81A16181A16281A1639180',
    ],
  ],
  ['arrays and maps nested 128 deep', [`${'91'.repeat(127)}90`, `${'81A161'.repeat(127)}80`]],
];

/** A language may have no such value: then it refuses it. */
export const rare: readonly (readonly [string, Bytes])[] = [
  [
    'whole numbers beyond 2^53',
    [
      'CF0020000000000001',
      'D30020000000000001',
      'CF7FFFFFFFFFFFFFFF',
      'CF8000000000000000',
      'CFFFFFFFFFFFFFFFFF',
      'D3FFDFFFFFFFFFFFFF',
      'D38000000000000000',
    ],
  ],
  [
    'infinities, NaN and −0',
    [
      'CB7FF0000000000000',
      'CA7F800000',
      'CBFFF0000000000000',
      'CAFF800000',
      'CB7FF8000000000000',
      'CA7FC00000',
      'CB8000000000000000',
      'CA80000000',
    ],
  ],
  [
    'moments',
    [
      'D6FF00000000',
      'D7FF0000000000000000',
      'C70CFF000000000000000000000000',
      'D6FF6A450970',
      'D7FF000000006A450970',
      'D7FFBC1CBD006A450970',
      'C70CFF2F072F40000000006A450970',
      'D7FF003D090000000000',
      'C70CFF000F42400000000000000000',
      'C70CFF3B8B87C0FFFFFFFFFFFFFFFF',
      'C70CFF00000000FFFFFFFFFFFEAE80',
      'D7FF0000000100000000',
      'C70CFF000000000000000100000000',
      'C70CFF000000000000000400000000',
    ],
  ],
  ['moments of far times', ['C70CFF00000000000007DBA8218000', 'C70CFF00000000FFFFF82457DE8000']],
];

/** That which nobody can take for a value. */
const wrong: readonly (readonly [string, string])[] = [
  ['no bytes at all', ''],
  ['a byte that begins no value', 'C1'],
  ['a text that ends too early', 'A56869'],
  ['an array that ends too early', '930102'],
  ['a map that ends too early', '81A161'],
  ['a length that ends too early', 'DB0000'],
  ['an array of 4,294,967,295 elements, of which there are none', 'DDFFFFFFFF'],
  ['more than one value', '0102'],
  ['the place of an end that did not come with it', 'D40100'],
  ['an extension type that there is not', 'D40500'],
];

/** What section 5 does not have, and a reader may make something of. */
const beyond: readonly (readonly [string, string])[] = [
  ['a key that is a number', '810102'],
  ['a text that is not UTF-8', 'A2C328'],
  ['arrays nested 200 deep', `${'91'.repeat(199)}90`],
];

export const values: Section = {
  title: '5 Values',
  checks: [
    ...everywhere.map(
      ([what, list]): Check => ({
        clause: '5.1',
        title: `has the code get, and sends, ${what}`,
        run: async (start) => {
          const refused = await echoed(start(), list);
          const [first] = refused;
          if (first === undefined) return;
          throw new Unmet('every value to be taken', `it refused ${hexOf(first)}`);
        },
      }),
    ),
    ...rare.map(
      ([what, list]): Check => ({
        clause: '5.1',
        title: `has the code get, and sends, ${what}`,
        run: async (start) => {
          const [first] = await echoed(start(), list);
          if (first !== undefined) throw new NotApplicable(`it refuses ${hexOf(first)}, as it may`);
        },
      }),
    ),
    ...wrong.map(
      ([what, hex]): Check => ({
        clause: '3.12',
        title: `refuses ${what}, and goes on`,
        run: async (start) => {
          const trial = start();
          await isRefused(trial, hex);
          await goesOn(trial);
        },
      }),
    ),
    ...beyond.map(
      ([what, hex]): Check => ({
        clause: '5.5',
        title: `refuses ${what}`,
        run: async (start) => {
          const trial = start();
          await greet(trial);
          await tell(trial, { do: 'echo' });
          const { op } = await receives(trial, 'input');
          deliver(trial, op, fromHex(hex));
          const answer = await answers(trial, op, 'refused', 'taken');
          if (answer === 'taken') throw new NotApplicable('it reads more than section 5 has');
          await goesOn(trial);
        },
      }),
    ),
    {
      clause: '5.7',
      title: 'refuses a value that does not mention an end which came with it',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'echo' });
        const { op } = await receives(trial, 'input');
        const end = { end: ends.output + 1, side: 'send', channel: 'lost' } as const;
        deliver(trial, op, encoded('no end'), { ends: [end] });
        await answers(trial, op, 'refused');
        await goesOn(trial);
      },
    },
  ],
};

/** Has one process echo them all, and says which it refused. */
async function echoed(trial: Trial, list: Bytes): Promise<readonly Uint8Array[]> {
  await greet(trial);
  const refused: Uint8Array[] = [];
  await tell(trial, { do: 'echo' });
  for (const one of [...list, 'C0']) {
    const value = typeof one === 'string' ? fromHex(one) : one;
    const { op } = await receives(trial, 'input');
    deliver(trial, op, value);
    // What it refused, its code has not got: it goes on waiting.
    if ((await answers(trial, op, 'taken', 'refused')) === 'refused') {
      refused.push(value);
      continue;
    }
    await takesBack(trial, value);
    await reports(trial, { outcome: 'done' });
    await tell(trial, { do: 'echo' });
  }
  return refused;
}

async function isRefused(trial: Trial, hex: string): Promise<void> {
  await greet(trial);
  await tell(trial, { do: 'echo' });
  const { op } = await receives(trial, 'input');
  deliver(trial, op, fromHex(hex));
  await answers(trial, op, 'refused');
}

/** Its code still waits for a value. */
async function goesOn(trial: Trial): Promise<void> {
  const { op } = await receives(trial, 'input');
  deliver(trial, op, encoded('a value'));
  await answers(trial, op, 'taken');
  await takesBack(trial, encoded('a value'));
}

function zeros(first: string, count: number): string {
  return `${first}${'00'.repeat(count)}`;
}

function text(length: number): Uint8Array {
  return encoded('a'.repeat(length));
}

function bytes(length: number): Uint8Array {
  return encoded(new Uint8Array(length).fill(0xab));
}

function list(length: number): Uint8Array {
  return encoded(Array.from({ length }, () => 1));
}

function map(length: number): Uint8Array {
  const names = Array.from({ length }, (_, at) => String.fromCharCode(0x61 + at));
  return encoded(Object.fromEntries(names.map((name, at) => [name, at])));
}
