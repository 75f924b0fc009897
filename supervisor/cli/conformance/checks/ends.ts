/** Section 7: ends that are closed, ends in values, and channels that the process makes. */
import { encoded, frameOf, fromHex, joined, packed } from '../bytes.ts';
import type { Check, Section } from '../check.ts';
import { NotApplicable, Unmet } from '../outcome.ts';
import {
  answers,
  begun,
  deliver,
  does,
  ends,
  greet,
  isCloseOf,
  isPlain,
  namedEnds,
  receives,
  reports,
  settingsOf,
  tell,
  wasNoReport,
} from '../talk.ts';
import type { Said, Trial } from '../trial.ts';

/** Of an end that comes in a value. */
const passed = 90_000;

const failure = {
  ...{ code: 'STAGE_FAILED', message: 'stage "other" crashed', stage: 'other' },
  ...{ signal: 'SIGSEGV', stderr: ['the last', 'lines'], weather: ['fine'] },
} as const;

export const channels: Section = {
  title: '7 Channels and ends',
  checks: [
    ...(['input', 'output'] as const).map(
      (end): Check => ({
        clause: '7.3',
        title: `says "close" for the end "${end}" that its code gives up, and offers on it no more`,
        run: async (start) => {
          const trial = start();
          await greet(trial);
          await does(trial, { do: 'close', end });
          await trial.next(`"close" of end ${ends[end]}`, isCloseOf(ends[end]));
          const command = end === 'input' ? 'receive' : 'send';
          await does(trial, { do: command, value: 'v' }, { outcome: 'closed' });
        },
      }),
    ),
    {
      clause: '7.6',
      title: 'reads a failure whatever is known of it',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        for (const known of [failure, { code: 'TOPOLOGY', message: 'not so' }]) {
          await tell(trial, { do: 'receive' });
          const { op } = await begun(trial, 'input', 'receive');
          trial.note({ type: 'failed', op, guard: 0, attempts: 0, reason: { kind: 'ended' } });
          trial.write(frameOf(packed(70, op, 0, 0, 'broken', known)));
          await reports(trial, { outcome: 'broken' });
        }
      },
    },
    {
      clause: '7.10',
      title: 'uses an end that came in a value, and closes it',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { op } = await receives(trial, 'control');
        deliver(trial, op, commandWithEnd, { ends: [side] });
        await answers(trial, op, 'taken');
        const offer = await trial.next(
          `an offer that sends on end ${passed}`,
          (message): message is Said<'offer'> =>
            isPlain(passed, 'send')(message) || isPlain(ends.report, 'send')(message),
        );
        await wasNoReport(trial, offer);
        trial.say({ type: 'completed', op: offer.op, guard: 0 });
        await trial.next(`"close" of end ${passed}`, isCloseOf(passed));
        await reports(trial, { outcome: 'done' });
      },
    },
    {
      clause: '7.10',
      title: 'closes the ends of a value that it refused',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { op } = await receives(trial, 'control');
        deliver(trial, op, joined(commandWithEnd, fromHex('00')), { ends: [side] });
        await answers(trial, op, 'refused');
        await trial.listens(300);
        if (trial.has(isCloseOf(passed))) return;
        throw new NotApplicable('it should, and need not: it keeps them');
      },
    },
    {
      clause: '7.9',
      title: 'makes a channel, sends one of its ends away, and receives on the other',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { channel, offer } = await opens(trial);
        trial.say({ type: 'completed', op: offer.op, guard: 0 });
        await trial.next('"close" of the end that it gave away', isCloseOf(channel.sender));
        const receive = await trial.next(
          'an offer that receives on its new channel',
          isPlain(channel.receiver, 'receive'),
        );
        deliver(trial, receive.op, encoded(42));
        await answers(trial, receive.op, 'taken');
        await trial.next('"close" of the end that it kept', isCloseOf(channel.receiver));
        await reports(trial, { outcome: 'done', value: 42 });
      },
    },
    {
      clause: '7.9',
      title: 'has an end again when the value that carried it was not taken',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { channel, offer } = await opens(trial);
        const reason = { kind: 'ended' } as const;
        trial.say({ type: 'failed', op: offer.op, guard: 0, attempts: 0, reason });
        await reports(trial, { outcome: 'ended' });
        await trial.listens(100);
        if (trial.has(isCloseOf(channel.receiver))) return;
        throw new NotApplicable('its subject keeps the channel');
      },
    },
    {
      clause: '8.16',
      title: 'treats an end with the number 0 as closed',
      run: async (start) => {
        const trial = start();
        await trial.hello();
        const given = namedEnds.map((end) => (end.name === 'output' ? { ...end, end: 0 } : end));
        const version = { major: 1, minor: 0 };
        const settings = { ...settingsOf(trial), restart: 'on-failure' } as const;
        trial.say({ type: 'welcome', version, settings, ends: given });
        await does(trial, { do: 'send', value: 'v' }, { outcome: 'closed' });
      },
    },
  ],
};

const side = { end: passed, side: 'send', channel: 'used' } as const;

/** { do: 'use', end: the first of those that come with it } */
const commandWithEnd = fromHex('82 A2 64 6F A3 75 73 65 A3 65 6E 64 D4 01 00');

/** The channel that it makes, and the offer of a value with the end for sending. */
async function opens(
  trial: Trial,
): Promise<{ readonly channel: Said<'open'>; readonly offer: Said<'offer'> }> {
  await tell(trial, { do: 'open' });
  const offer = await begun(trial, 'output', 'send');
  const channel = await trial.next('"open"', (message) => message.type === 'open');
  const [guard] = offer.guards;
  if (guard?.ends?.join() !== String(channel.sender)) {
    const came = `it lists ${guard?.ends?.join(', ') ?? 'none'}`;
    throw new Unmet(`a value that lists end ${channel.sender}`, came, '3.8');
  }
  if (!Buffer.from(guard.value ?? []).includes(Buffer.from('D40100', 'hex'))) {
    throw new Unmet('a value that mentions the place 0 of its list', 'it does not', '5.7');
  }
  return { channel, offer };
}
