/** Sections 3 and 10, as far as both sides greet: what comes first, and versions. */
import { bytesOf, frameOf, packed } from '../bytes.ts';
import type { Check, Section } from '../check.ts';
import { NotApplicable, Unmet } from '../outcome.ts';
import { does, greet, namedEnds, receives, settingsOf, welcomeOf } from '../talk.ts';
import type { Trial } from '../trial.ts';

/** In milliseconds: who would say something has said it by then. */
const aWhile = 300;

const why = 'this process is not wanted here';

export const greeting: Section = {
  title: '3 Messages: the greeting',
  checks: [
    {
      clause: '3.6',
      title: 'says "hello", and nothing more before it is welcomed, however late',
      run: async (start) => {
        const trial = start();
        await trial.hello();
        await trial.listens(aWhile);
        trial.say(welcomeOf(trial));
        await receives(trial, 'control');
      },
    },
    {
      clause: '3.6',
      title: 'says "hello" and goes on when the welcome is there before it reads',
      run: async (start) => {
        const trial = start();
        const welcome = welcomeOf(trial);
        trial.write(bytesOf(welcome));
        trial.note(welcome);
        await trial.hello();
        await receives(trial, 'control');
      },
    },
    ...[
      ['a word for an operation comes before the welcome', packed(67, 1, 0)],
      ['a deliver comes before the welcome', packed(66, 1, 0, 1)],
    ].map(
      ([what, header]): Check => ({
        clause: '3.6',
        title: `ends with code 70 when ${what}`,
        run: async (start) => {
          const trial = start();
          await trial.hello();
          trial.write(frameOf(header as Uint8Array));
          await trial.exitsWith(70);
        },
      }),
    ),
    {
      clause: '3.6',
      title: 'ends with code 70 when it is welcomed twice',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await receives(trial, 'control');
        trial.write(bytesOf(welcomeOf(trial)));
        await trial.exitsWith(70);
      },
    },
    {
      clause: '3.7',
      title: 'says in its "hello" version 1, a language, features and its token',
      run: async (start) => {
        const trial = start();
        const { language, features } = await trial.hello();
        if (language === '') throw new Unmet('the name of a language', 'it is empty');
        const twice = features.find((feature, at) => features.indexOf(feature) !== at);
        if (twice !== undefined) throw new Unmet('each feature once', `"${twice}" comes twice`);
      },
    },
    {
      clause: '3.15',
      title: 'goes on with settings, and keys of its ends, that it does not know',
      run: async (start) => {
        const trial = start();
        await trial.hello();
        const settings = {
          ...settingsOf(trial),
          restart: 'always',
          weather: ['fine', { wind: 3 }],
        };
        const more = namedEnds.map((end) => ({ colour: null, ...end, priority: 1.5 }));
        trial.note(welcomeOf(trial));
        trial.write(frameOf(packed(64, [1, 0, 'x'], settings, more, 'an element', -1)));
        await does(trial, { do: 'print', text: 'goes on' });
      },
    },
    {
      clause: '3.16',
      title: 'prints why it was refused, and exits',
      run: async (start) => {
        const trial = start();
        await trial.hello();
        trial.say({ type: 'refusal', why });
        await isRefused(trial);
      },
    },
    {
      clause: '3.16',
      title: 'prints why it was refused after it was welcomed, and exits',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await receives(trial, 'control');
        trial.say({ type: 'refusal', why });
        await isRefused(trial);
      },
    },
    {
      clause: '10.2',
      title:
        'says "hello" to a supervisor of another major version, does nothing, and leaves when it is refused',
      run: async (start) => {
        const trial = start();
        const { settings, ends } = welcomeOf(trial);
        trial.note(welcomeOf(trial));
        trial.write(frameOf(packed(64, [2, 0], settings, ends)));
        await trial.hello();
        const [said] = await trial.listens(aWhile);
        if (said !== undefined) throw new Unmet('nothing but "hello"', `it said "${said.type}"`);
        trial.say({ type: 'refusal', why });
        await isRefused(trial);
      },
    },
    {
      clause: '10.3',
      title: 'goes on with a supervisor of a later minor version',
      run: async (start) => {
        const trial = start();
        await trial.hello();
        const { settings, ends } = welcomeOf(trial);
        trial.note(welcomeOf(trial));
        trial.write(frameOf(packed(64, [1, 9], settings, ends)));
        await does(trial, { do: 'print', text: 'goes on' });
      },
    },
  ],
};

async function isRefused(trial: Trial): Promise<void> {
  await trial.exits('its exit: it is refused');
  if (trial.hasPrinted(why)) return;
  throw new NotApplicable('it left; it should also print why, and does not');
}
