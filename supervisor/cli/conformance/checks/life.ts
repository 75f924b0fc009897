/** Section 8: how a process ends, is asked whether it is idle or alive, and makes way for another. */
import type { Socket } from 'node:net';
import { encoded } from '../bytes.ts';
import type { Check, Section, Start } from '../check.ts';
import { NotApplicable, Unmet } from '../outcome.ts';
import {
  answers,
  begun,
  deliver,
  does,
  greet,
  greetFor,
  isWithdrawalOf,
  namedEnds,
  needs,
  receives,
  report,
  reports,
  sends,
  settingsOf,
  tell,
  welcomeOf,
} from '../talk.ts';
import type { Said, Trial } from '../trial.ts';

/** In milliseconds: who would answer has answered by then. */
const aWhile = 300;
/** For a machine that has much to do. */
const slack = 2_000;

export const life: Section = {
  title: '8 The life of a process',
  checks: [
    {
      clause: '8.11',
      title: 'exits with code 0 when its code is at its end',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { op } = await receives(trial, 'control');
        const reason = { kind: 'ended' } as const;
        trial.say({ type: 'failed', op, guard: 0, attempts: 0, reason });
        await trial.exitsWith(0);
      },
    },
    {
      clause: '8.9',
      title: 'says "taken" for a value on which its code ends the process, and exits with its code',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { op } = await receives(trial, 'control');
        deliver(trial, op, encoded({ do: 'exit', code: 3 }));
        await answers(trial, op, 'taken');
        await orCannot(trial, trial.exitsWith(3));
        if (trial.has(isLastWord(3))) return;
        if (trial.has((message) => message.type === 'exiting')) {
          throw new Unmet('the exit code 3 in "exiting"', 'it says another', '3.29');
        }
      },
    },
    {
      clause: '8.4',
      title: 'exits with another code than 0 when its code fails',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'throw' });
        const { code } = await orCannot(trial, trial.exits('its exit'));
        if (code === 0)
          throw new Unmet('an exit with another code than 0', 'it exited with code 0');
      },
    },
    {
      clause: '8.7',
      title: 'comes to its end by itself on "shutdown"',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await receives(trial, 'control');
        trial.say({ type: 'shutdown' });
        await leaves(trial);
      },
    },
    {
      clause: '8.7',
      title: 'returns on "shutdown" what its code has in hand, and waits for its sends',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'work', answer: 'taken' });
        const { op } = await begun(trial, 'input', 'receive');
        deliver(trial, op, encoded('in hand'));
        const sent = await sends(trial, 'output');
        trial.say({ type: 'shutdown' });
        await trial.listens(aWhile);
        trial.say({ type: 'completed', op: sent.op, guard: 0 });
        await answers(trial, op, 'returned', 'taken');
        await leaves(trial);
      },
    },
    {
      clause: '8.16',
      title: 'leaves its ends on "shutdown" to the process that may follow it',
      run: async (start) => {
        const trial = start();
        const version = { major: 1, minor: 0 };
        const settings = { ...settingsOf(trial), restart: 'on-failure' } as const;
        await trial.hello();
        trial.say({ type: 'welcome', version, settings, ends: namedEnds });
        await receives(trial, 'control');
        trial.say({ type: 'shutdown' });
        await leaves(trial);
        leftItsEnds(trial);
      },
    },
    {
      clause: '8.7',
      title: 'hears a "shutdown" that lies in the link behind the welcome',
      run: async (start) => {
        const trial = start();
        trial.say(welcomeOf(trial), { type: 'shutdown' });
        await trial.hello();
        await leaves(trial);
      },
    },
    ...(
      [
        ['it waits for a value', 'receive'],
        ['it sends', 'send'],
        ['it has a value in hand', 'work'],
      ] as const
    ).map(
      ([what, command]): Check => ({
        clause: '8.8',
        title: `ends with code 70 when its supervisor is gone while ${what}`,
        run: async (start) => {
          const trial = start();
          await greet(trial);
          await tell(trial, { do: command, value: 'v', answer: 'taken' });
          const { op } = await begun(
            trial,
            command === 'send' ? 'output' : 'input',
            command === 'send' ? 'send' : 'receive',
          );
          if (command === 'work') {
            deliver(trial, op, encoded('in hand'));
            await sends(trial, 'output');
          }
          trial.closeLink();
          await trial.exitsWith(70);
        },
      }),
    ),
    {
      clause: '8.8',
      title: 'ends when its supervisor is gone while its code computes',
      run: async (start) => {
        const trial = start({ pulse: 'given' });
        const { features } = await greet(trial);
        await tell(trial, { do: 'spin' });
        await silent(trial);
        trial.closeLink();
        try {
          await trial.exits('its end');
        } catch (error) {
          if (features.includes('pulse')) throw error;
          throw new NotApplicable('it ends as soon as it can, and it computes');
        }
      },
    },
    {
      clause: '8.13',
      title: 'says that it is idle while it waits for others alone, and not with a timer',
      run: async (start) => {
        const trial = start();
        await greetFor(trial, 'idle');
        await receivesOnly(trial);
        const asked = await becomesIdle(trial);
        const { op } = await waiting(trial);
        deliver(trial, op, encoded({ do: 'receive', timeout: 3_600_000 }));
        await answers(trial, op, 'taken');
        await begun(trial, 'input', 'receive');
        await staysBusy(trial, asked + 1);
      },
    },
    {
      clause: '8.15',
      title: 'withdraws its receives on "retire", and exits with code 0',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        const { op } = await receives(trial, 'control');
        trial.say({ type: 'retire' });
        await trial.next(`"withdraw" for operation ${op}`, isWithdrawalOf(op));
        trial.say({ type: 'withdrawn', op, guard: 0, attempts: 0 });
        await trial.exitsWith(0);
        leftItsEnds(trial);
      },
    },
    {
      clause: '8.15',
      title: 'finishes on "retire" what it has, and offers no receive any more',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'echo' });
        const { op } = await receives(trial, 'input');
        deliver(trial, op, encoded('the last'));
        await answers(trial, op, 'taken');
        const { op: sent } = await sends(trial, 'output');
        trial.say({ type: 'retire' });
        trial.say({ type: 'completed', op: sent, guard: 0 });
        await reports(trial, { outcome: 'done' });
        await trial.exitsWith(0);
        if (trial.has(isReceive)) throw new Unmet('no further receive', 'it offers one');
      },
    },
    {
      clause: '8.19',
      title: 'answers its pulse while it waits, byte by byte, and nothing that is no question',
      run: async (start) => {
        const trial = await beating(start);
        await receives(trial, 'control');
        await beats(trial, '01', '01');
        await beats(trial, '02', '02');
        await beats(trial, '07FF01', '01');
      },
    },
    {
      clause: '8.19',
      title: 'answers its pulse while its code computes, and does not say that it lets go',
      run: async (start) => {
        const trial = await beating(start);
        await tell(trial, { do: 'spin' });
        await silent(trial);
        await beats(trial, '01', '01');
        const heard = hears(trial);
        trial.pulse?.write(Buffer.from('02', 'hex'));
        await trial.listens(aWhile);
        if (heard() !== '')
          throw new Unmet('no answer before its code lets go', `it said ${heard()}`);
      },
    },
    {
      clause: '8.19',
      title: 'ends within a second when its pulse is at its end, though its code computes',
      run: async (start) => {
        const trial = await beating(start);
        await tell(trial, { do: 'spin' });
        await silent(trial);
        trial.pulse?.destroy();
        const since = performance.now();
        await trial.exits('its end within 1,000 ms');
        const milliseconds = Math.round(performance.now() - since);
        if (milliseconds <= 1_000 + slack) return;
        throw new Unmet('its end within 1,000 ms', `it came after ${milliseconds} ms`);
      },
    },
  ],
};

function isLastWord(code: number) {
  return (message: { readonly type: string }): message is Said<'exiting'> =>
    message.type === 'exiting' && 'exitCode' in message && message.exitCode === code;
}

function isReceive(message: { readonly type: string }): boolean {
  return (
    message.type === 'offer' &&
    (message as Said<'offer'>).guards.some(({ value }) => value === undefined)
  );
}

/** It exits with code 0; or it ignores what it was asked, and goes on. */
function leftItsEnds(trial: Trial): void {
  if (!trial.has((message) => message.type === 'close')) return;
  throw new Unmet('its ends left to the next process', 'it has closed one', '8.16');
}

async function leaves(trial: Trial): Promise<void> {
  void endsAll(trial);
  const exit = await trial.exits('its exit with code 0').catch((error: unknown) => {
    if (error instanceof Unmet && error.clause === undefined) {
      throw new NotApplicable('it may ignore that, and does');
    }
    throw error;
  });
  if (exit.code !== 0) {
    throw new Unmet('its exit with code 0', `it exited with ${exit.code ?? exit.signal}`);
  }
}

/** To the end of the process: what it withdraws is withdrawn, and what it sends is taken. */
async function endsAll(trial: Trial): Promise<void> {
  try {
    for (;;) {
      const { type, op } = await trial.next(
        'what is to have an ending',
        (message): message is Said<'withdraw'> | Said<'offer'> =>
          message.type === 'withdraw' || (message.type === 'offer' && !isReceive(message)),
      );
      if (type === 'offer') trial.say({ type: 'completed', op, guard: 0 });
      else trial.say({ type: 'withdrawn', op, guard: 0, attempts: 0 });
    }
  } catch (error) {
    // Nothing more came of it.
    if (!(error instanceof Unmet)) throw error;
  }
}

/** What happens, unless the subject reports that it cannot do what it was told. */
async function orCannot<T>(trial: Trial, happens: Promise<T>): Promise<T> {
  const reported = report(trial).then(
    () => Promise.reject(new Unmet('its end', 'it reports')),
    (error: unknown) => (error instanceof NotApplicable ? Promise.reject(error) : happens),
  );
  return Promise.race([happens, reported]);
}

/** Its code computes now, and does not report that it cannot. */
async function silent(trial: Trial): Promise<void> {
  const said = await trial.listens(aWhile);
  if (said.length > 0) await report(trial);
}

/** It waits for a command, and has been heard to. */
async function receivesOnly(trial: Trial): Promise<void> {
  await does(trial, { do: 'print', text: 'goes on' });
}

function waiting(trial: Trial): Promise<Said<'offer'>> {
  return receives(trial, 'control');
}

/** Of code that has just begun to wait, a thread may still be on its way there. @returns how often it was asked */
async function becomesIdle(trial: Trial): Promise<number> {
  for (let probe = 1, waited = 0; ; probe++, waited += 10) {
    if (await isIdle(trial, probe)) return probe;
    if (waited > trial.manner.patience) {
      throw new Unmet('that it is idle', 'it says that it is not idle');
    }
    await trial.listens(10);
  }
}

async function staysBusy(trial: Trial, probe: number): Promise<void> {
  if (!(await isIdle(trial, probe))) return;
  throw new Unmet('that it is not idle', 'it says that it is idle');
}

async function isIdle(trial: Trial, probe: number): Promise<boolean> {
  trial.say({ type: 'probe', probe, wantsPlaces: true });
  const answer = await trial.next(
    `"idle" for probe ${probe}`,
    (message): message is Said<'idle'> => message.type === 'idle' && message.probe === probe,
  );
  return answer.isIdle;
}

/** A process that has a pulse. */
async function beating(start: Start): Promise<Trial> {
  const trial = start({ pulse: 'given' });
  const { features } = await greet(trial);
  needs(features, 'pulse');
  return trial;
}

async function beats(trial: Trial, questions: string, answer: string): Promise<void> {
  const heard = hears(trial);
  trial.pulse?.write(Buffer.from(questions, 'hex'));
  for (let waited = 0; heard() !== answer; waited += 10) {
    if (heard().length > answer.length || waited > trial.manner.patience) {
      throw new Unmet(`the answer ${answer} to ${questions}`, `it said "${heard()}"`);
    }
    await trial.listens(10);
  }
}

/** What comes over the pulse from now on. */
function hears(trial: Trial): () => string {
  let heard = '';
  const pulse = trial.pulse as Socket;
  pulse.removeAllListeners('data');
  pulse.on('data', (chunk: Buffer) => {
    heard += chunk.toString('hex');
  });
  return () => heard;
}
