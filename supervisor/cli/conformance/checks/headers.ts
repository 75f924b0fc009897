/** Section 3: what a header may look like, and what is no message. */
import { encoded, frameOf, fromHex, joined, packed } from '../bytes.ts';
import type { Check, Section } from '../check.ts';
import { inLongestForms, integerAs, integerForms } from '../longest-forms.ts';
import { Unmet } from '../outcome.ts';
import {
  answers,
  deliver,
  does,
  ends,
  greet,
  isAnswer,
  isPlain,
  receives,
  report,
  reports,
  sends,
  settingsOf,
  tell,
  wasNoReport,
  welcomeOf,
} from '../talk.ts';
import type { Said } from '../trial.ts';

/** In milliseconds: who would say something has said it by then. */
const aWhile = 300;

const command = { do: 'print', text: 'a line' };

export const headers: Section = {
  title: '3 Messages: the others',
  checks: [
    {
      clause: '3.2',
      title: 'reads integers in any of their forms',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        for (const form of integerForms) {
          const { op } = await receives(trial, 'control');
          const number = op < 128 ? integerAs(form, op) : integerAs('uint 64', op);
          const value = encoded(command);
          trial.note({ type: 'deliver', op, guard: 0, attempt: 1, value });
          const [none, one] = [integerAs(form, 0), integerAs(form, 1)];
          trial.write(frameOf(joined(fromHex('94 42'), number, none, one), value));
          await answers(trial, op, 'taken');
          await report(trial);
        }
      },
    },
    {
      clause: '3.2',
      title: 'reads texts, arrays and maps in their longest forms',
      run: async (start) => {
        const trial = start();
        await trial.hello();
        const welcome = welcomeOf(trial);
        trial.note(welcome);
        const ends = welcome.ends.map(({ name, end, side, channel }) => ({
          name,
          end,
          side,
          channel,
        }));
        const { stage, replica, maxValueBytes, window } = settingsOf(trial);
        const settings = { stage, replica, maxValueBytes, window: { ...window } };
        trial.write(frameOf(inLongestForms([64, [1, 0], settings, ends])));
        const { op } = await receives(trial, 'control');
        const value = encoded(command);
        trial.note({ type: 'deliver', op, guard: 0, attempt: 1, value });
        trial.write(frameOf(inLongestForms([66, op, 0, 1, []]), value));
        await answers(trial, op, 'taken');
        await report(trial);
      },
    },
    {
      clause: '3.3',
      title: 'ignores elements that it does not know',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { op } = await receives(trial, 'control');
        const value = encoded(command);
        trial.note({ type: 'deliver', op, guard: 0, attempt: 1, value });
        trial.write(frameOf(packed(66, op, 0, 1, [], 'more', { still: [1.5, null] }), value));
        await answers(trial, op, 'taken');
        const sent = await sends(trial, 'report');
        trial.note({ type: 'completed', op: sent.op, guard: 0 });
        trial.write(frameOf(packed(67, sent.op, 0, [], -1, true)));
        await receives(trial, 'control');
      },
    },
    ...[
      ['a field is missing', packed(66, 1, 0)],
      ['a number is a text', packed(66, '1', 0, 1)],
      ['a number is no whole one', fromHex('94 42 CB 3F F8 00 00 00 00 00 00 00 01')],
      ['a number is below 0', packed(66, -1, 0, 1)],
      ['a list is none', packed(66, 1, 0, 1, 7)],
      ['a message has a number that there is not', packed(120, 1)],
      ['a message is one of a process', packed(4, 1)],
      ['a header is a map', fromHex('80')],
      ['a header is an empty array', fromHex('90')],
      ['a header ends too early', fromHex('94 42 01')],
      ['a header is no msgpack', fromHex('C1 C1 C1')],
    ].map(
      ([what, header]): Check => ({
        clause: '3.3',
        title: `ends with code 70 when ${what}`,
        run: async (start) => {
          const trial = start();
          await greet(trial);
          await receives(trial, 'control');
          trial.write(frameOf(header as Uint8Array, encoded(command)));
          await trial.exitsWith(70);
        },
      }),
    ),
    {
      clause: '3.4',
      title: 'ignores bytes after a header that has no value',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, command);
        const { op } = await sends(trial, 'report');
        trial.note({ type: 'completed', op, guard: 0 });
        trial.write(frameOf(packed(67, op, 0), fromHex('C1 48 FF FF')));
        await does(trial, command);
      },
    },
    {
      clause: '3.10',
      title: 'says "taken" when it was given a value, and not before',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { op } = await receives(trial, 'control');
        await trial.listens(aWhile);
        if (trial.has(isAnswer(op)))
          throw new Unmet('no answer before the "deliver"', 'it has answered');
        deliver(trial, op, encoded(command));
        await answers(trial, op, 'taken');
      },
    },
    {
      clause: '3.14',
      title: 'asks for statistics, and reads them',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'inspect' });
        const asks = await trial.next(
          '"inspect"',
          (message): message is Said<'inspect'> | Said<'offer'> =>
            message.type === 'inspect' || isPlain(ends.report, 'send')(message),
        );
        if (asks.type === 'offer') {
          await wasNoReport(trial, asks);
          return;
        }
        const statistics = {
          ...{ capacity: 7, senders: 1, receivers: 2, waitingSenders: 0, waitingReceivers: 0 },
          ...{ buffered: 0, inHand: 0, taken: 2 ** 40, discarded: 0, deadLetters: 0 },
          isDirect: false,
        };
        trial.say({ type: 'inspected', query: asks.query, statistics });
        await reports(trial, { outcome: 'done', capacity: 7, taken: 2 ** 40 });
      },
    },
    {
      clause: '3.17',
      title: 'takes a value that others have had in hand before',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { op } = await receives(trial, 'control');
        deliver(trial, op, encoded(command), { attempt: 300 });
        await answers(trial, op, 'taken');
        await report(trial);
      },
    },
  ],
};
