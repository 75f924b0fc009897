/** Section 2: frames, however the bytes of them come, and what is no frame. */
import {
  beginning,
  bytesOf,
  encoded,
  frameOf,
  fromHex,
  joined,
  packed,
  piece,
  preludeOf,
} from '../bytes.ts';
import type { Check, Section } from '../check.ts';
import { Unmet } from '../outcome.ts';
import {
  answers,
  does,
  ends,
  give,
  greet,
  greetFor,
  receives,
  report,
  reports,
  takesBack,
  tell,
  welcomeOf,
} from '../talk.ts';
import type { Trial } from '../trial.ts';

/** Of one whose process has to hold a value of exactly that length. */
const longest = 100_000;

export const frames: Section = {
  title: '2 Frames',
  checks: [
    {
      clause: '2.1',
      title: 'reads frames that come byte by byte',
      run: async (start) => {
        const trial = start();
        await trial.hello();
        const welcome = welcomeOf(trial);
        trial.note(welcome);
        await trial.writeInChunks(bytesOf(welcome), 1);
        await tell(trial, { do: 'echo' });
        const { op } = await receives(trial, 'input');
        await deliverInChunks(trial, op, encoded('cut anywhere'), 1);
        await answers(trial, op, 'taken');
        await takesBack(trial, encoded('cut anywhere'));
        await report(trial);
      },
    },
    {
      clause: '2.1',
      title: 'reads two frames, and the beginning of a third, from one write',
      run: async (start) => {
        const trial = start();
        await trial.hello();
        const welcome = welcomeOf(trial);
        // No message that it has not named a feature for, and that can come unasked, but for a farewell.
        const withdrawn = { type: 'shutdown' } as const;
        const bytes = joined(bytesOf(welcome), bytesOf(withdrawn), bytesOf(withdrawn));
        trial.note(welcome);
        trial.write(bytes.subarray(0, bytes.length - 4));
        await leavesOrGoesOn(trial);
      },
    },
    {
      clause: '2.1',
      title: 'reads a header of 65,535 bytes, the longest that there is',
      run: async (start) => {
        const trial = start();
        await trial.hello();
        const welcome = welcomeOf(trial);
        trial.note(welcome);
        const filled = (length: number) =>
          packed(64, [1, 0], { ...welcome.settings, filler: 'x'.repeat(length) }, welcome.ends);
        const missing = 65_535 - filled(60_000).length;
        trial.write(frameOf(filled(60_000 + missing)));
        await does(trial, { do: 'print', text: 'still here' });
      },
    },
    {
      clause: '2.1',
      title: 'passes on a large value, which comes in small chunks and is read late',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'echo' });
        const { op } = await receives(trial, 'input');
        const value = encoded('large '.repeat(50_000));
        trial.pause();
        await deliverInChunks(trial, op, value, 4_001);
        trial.goOn();
        await answers(trial, op, 'taken');
        await takesBack(trial, value);
        await report(trial);
      },
    },
    ...[
      ['a text', new TextEncoder().encode('oops, this is a print\n')],
      ['a message without a frame', fromHex('91 48')],
      ['C1 and another byte than 48', fromHex('C1 49 00 02 00 00 00 02 91 48')],
      ['a header of 0 bytes', preludeOf(0, 4)],
      ['less than its header', preludeOf(4, 3)],
    ].map(
      ([what, bytes]): Check => ({
        clause: '2.2',
        title: `ends with code 70 when ${what} comes instead of a frame`,
        run: async (start) => {
          const trial = start();
          await greet(trial);
          await receives(trial, 'control');
          trial.write(joined(bytes as Uint8Array, new Uint8Array(16)));
          await trial.exitsWith(70);
        },
      }),
    ),
    {
      clause: '2.3',
      title: 'receives and sends a value of exactly maxValueBytes',
      run: async (start) => {
        const trial = start({ maxValueBytes: longest });
        await greet(trial);
        await tell(trial, { do: 'echo' });
        const value = encoded(new Uint8Array(longest - 5).fill(7));
        await give(trial, 'input', value);
        await takesBack(trial, value);
        await report(trial);
      },
    },
    {
      clause: '2.3',
      title: 'keeps a value that is too large to itself, or hears that it was',
      run: async (start) => {
        const trial = start({ maxValueBytes: longest });
        await greet(trial);
        await tell(trial, { do: 'many', count: 1, bytes: longest });
        const { op, guards } = await trial.next('an offer', (message) => message.type === 'offer');
        if (guards[0]?.end === ends.output) {
          const reason = { kind: 'too-large', size: longest + 5 } as const;
          trial.say({ type: 'failed', op, guard: 0, attempts: 0, reason });
          await reports(trial, { outcome: 'too-large' });
          return;
        }
        trial.say({ type: 'failed', op, guard: 0, attempts: 0, reason: { kind: 'ended' } });
      },
    },
    {
      clause: '2.5',
      title: 'ends with code 70 when its link ends in the middle of a frame',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await receives(trial, 'control');
        trial.write(preludeOf(3, 3));
        trial.closeLink();
        await trial.exitsWith(70);
      },
    },
    {
      clause: '2.6',
      title: 'puts a value together that comes in pieces',
      run: async (start) => {
        const trial = start();
        await greetFor(trial, 'pieces');
        for (const transfer of [63, 63, 0]) {
          await tell(trial, { do: 'echo' });
          const { op } = await receives(trial, 'input');
          const value = encoded('in pieces');
          trial.note({ type: 'deliver', op, guard: 0, attempt: 1, value });
          trial.write(beginning(transfer, packed(66, op, 0, 1), value.length));
          trial.write(piece(transfer, value.subarray(0, 1)));
          trial.write(
            joined(piece(transfer, value.subarray(1, 4)), piece(transfer, value.subarray(4))),
          );
          await answers(trial, op, 'taken');
          await takesBack(trial, value);
          await report(trial);
        }
      },
    },
    ...[
      ['a number of 64', beginning(64, packed(66, 1, 0, 1), 3)],
      ['a beginning without a value', beginning(0, packed(66, 1, 0, 1), 0)],
      ['a piece of what has not begun', piece(3, fromHex('00'))],
      ['a piece of no bytes', joined(beginning(0, packed(66, 1, 0, 1), 3), piece(0, fromHex('')))],
      [
        'a piece too long',
        joined(beginning(0, packed(66, 1, 0, 1), 3), piece(0, fromHex('A2686900'))),
      ],
      [
        'a message that has no value',
        joined(beginning(0, packed(67, 1, 0), 3), piece(0, fromHex('A26869'))),
      ],
    ].map(
      ([what, bytes]): Check => ({
        clause: '2.9',
        title: `ends with code 70 when ${what} comes, in pieces`,
        run: async (start) => {
          const trial = start();
          await greetFor(trial, 'pieces');
          await receives(trial, 'control');
          trial.write(bytes as Uint8Array);
          await trial.exitsWith(70);
        },
      }),
    ),
  ],
};

/** On `shutdown` it may end by itself, or ignore it (8.7). */
async function leavesOrGoesOn(trial: Trial): Promise<void> {
  const first = await Promise.race([
    trial.exits('its exit, or an offer').then(({ code }) => code),
    receives(trial, 'control').then(() => 'goes on'),
  ]);
  if (first === 0 || first === 'goes on') return;
  throw new Unmet('its exit with code 0, or an offer', `it exited with code ${first}`);
}

async function deliverInChunks(
  trial: Trial,
  op: number,
  value: Uint8Array,
  length: number,
): Promise<void> {
  const message = { type: 'deliver', op, guard: 0, attempt: 1, value } as const;
  trial.note(message);
  await trial.writeInChunks(bytesOf(message), length);
}
