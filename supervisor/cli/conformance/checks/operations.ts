/** Section 4: what becomes of operations, and what is said about them. */
import { encoded } from '../bytes.ts';
import type { Check, Section } from '../check.ts';
import { Unmet } from '../outcome.ts';
import {
  type Answer,
  answers,
  begun,
  type Command,
  deliver,
  does,
  ends,
  give,
  greet,
  isAnswer,
  isOffer,
  isOfferOn,
  isWithdrawalOf,
  reports,
  sends,
  takesBack,
  tell,
  wasNoReport,
} from '../talk.ts';
import type { Said, Trial } from '../trial.ts';

/** In milliseconds. */
const soon = 20;
const late = 60_000;

const failure = {
  ...{ code: 'STAGE_FAILED', message: 'stage "other" crashed', stage: 'other', exitCode: 3 },
  stderr: ['the last', 'lines'],
} as const;

export const operations: Section = {
  title: '4 Operations',
  checks: [
    {
      clause: '4.1',
      title: 'numbers its operations so that they grow',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        for (const round of [1, 2, 3]) {
          await tell(trial, { do: 'echo' });
          await give(trial, 'input', encoded(round));
          await takesBack(trial, encoded(round));
          await reports(trial, { outcome: 'done' });
        }
      },
    },
    {
      clause: '4.6',
      title: 'goes on with a send only when it was completed',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'echo' });
        await give(trial, 'input', encoded('held'));
        const { op } = await sends(trial, 'output');
        const said = (await trial.listens(300)).find(({ type }) => type === 'offer');
        if (said !== undefined) throw new Unmet('no report before the send is over', 'it offers');
        trial.say({ type: 'completed', op, guard: 0 });
        await reports(trial, { outcome: 'done' });
      },
    },
    ...(
      [
        ['taken', 'taken', 'says "taken" only when its code is done with the value'],
        ['fail', 'abandoned', 'says "abandoned" when its code fails on the value'],
        ['return', 'returned', 'says "returned" when its code lets go of the value'],
      ] as const
    ).map(
      ([then, answer, title]): Check => ({
        clause: '4.6',
        title,
        run: (start) => worksOn(start(), then, answer),
      }),
    ),
    timed(
      '4.9',
      'withdraws a receive whose time is over, and hears that nothing came',
      { do: 'receive', timeout: soon },
      async (trial, { op }) => {
        trial.say({ type: 'withdrawn', op, guard: 0, attempts: 0 });
        await reports(trial, { outcome: 'timeout' });
      },
    ),
    timed(
      '4.9',
      'deals with a value that crosses its withdrawal: its code has it, or it is returned',
      { do: 'receive', timeout: soon },
      async (trial, { op }) => {
        deliver(trial, op, encoded('crossed'));
        const answer = await answers(trial, op, 'taken', 'returned');
        if (answer === 'taken') await reports(trial, { outcome: 'done', value: 'crossed' });
        else await reports(trial, { outcome: 'timeout' });
      },
    ),
    timed(
      '4.9',
      'withdraws a send whose time is over, and hears that it was not taken',
      { do: 'send', value: 'v', timeout: soon },
      async (trial, { op }) => {
        trial.say({ type: 'withdrawn', op, guard: 0, attempts: 0 });
        await reports(trial, { outcome: 'timeout', attempts: 0 });
      },
    ),
    timed(
      '4.9',
      'hears that its send was completed when that crosses the withdrawal',
      { do: 'send', value: 'v', timeout: soon },
      async (trial, { op }) => {
        trial.say({ type: 'completed', op, guard: 0 });
        await reports(trial, { outcome: 'done' });
      },
    ),
    timed(
      '4.9',
      'waits after "late", and hears that its send was completed',
      { do: 'send', value: 'v', timeout: soon },
      async (trial, { op }) => {
        trial.say({ type: 'late', op });
        await hasNoReport(trial);
        trial.say({ type: 'completed', op, guard: 0 });
        await reports(trial, { outcome: 'done' });
      },
    ),
    timed(
      '4.9',
      'waits after "late", and hears how many failed on its value',
      { do: 'send', value: 'v', timeout: soon },
      async (trial, { op }) => {
        trial.say({ type: 'late', op });
        await hasNoReport(trial);
        trial.say({ type: 'withdrawn', op, guard: 0, attempts: 2 });
        await reports(trial, { outcome: 'timeout', attempts: 2 });
      },
    ),
    timed(
      '4.9',
      'waits after "late", and hears that its send failed',
      { do: 'send', value: 'v', timeout: soon },
      async (trial, { op }) => {
        trial.say({ type: 'late', op });
        await hasNoReport(trial);
        const reason = { kind: 'lost', failures: [failure, failure, failure] } as const;
        trial.say({ type: 'failed', op, guard: 0, attempts: 3, reason });
        await reports(trial, { outcome: 'lost', attempts: 3 });
      },
    ),
    {
      clause: '4.9',
      title: 'withdraws nothing of what is done in time',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'receive', timeout: late });
        const { op } = await begun(trial, 'input', 'receive');
        deliver(trial, op, encoded('in time'));
        await answers(trial, op, 'taken');
        await reports(trial, { outcome: 'done', value: 'in time' });
        await does(trial, { do: 'print', text: 'goes on' });
        if (trial.has(isWithdrawalOf(op))) throw new Unmet('no withdrawal', 'it withdraws');
      },
    },
    polls('that found nobody', 'try-receive', async (trial, { op }) => {
      trial.say({ type: 'withdrawn', op, guard: 0, attempts: 0 });
      await reports(trial, { outcome: 'nobody' });
    }),
    polls('that is given a value', 'try-receive', async (trial, { op }) => {
      deliver(trial, op, encoded('there'));
      await answers(trial, op, 'taken');
      await reports(trial, { outcome: 'done', value: 'there' });
    }),
    polls('that found nobody', 'try-send', async (trial, { op }) => {
      trial.say({ type: 'withdrawn', op, guard: 0, attempts: 0 });
      await reports(trial, { outcome: 'nobody' });
    }),
    polls('that is completed at once', 'try-send', async (trial, { op }) => {
      trial.say({ type: 'completed', op, guard: 0 });
      await reports(trial, { outcome: 'done' });
    }),
    polls('that is late, and then completed', 'try-send', async (trial, { op }) => {
      trial.say({ type: 'late', op });
      await hasNoReport(trial);
      trial.say({ type: 'completed', op, guard: 0 });
      await reports(trial, { outcome: 'done' });
    }),
    polls('that is late, and comes back', 'try-send', async (trial, { op }) => {
      trial.say({ type: 'late', op });
      await hasNoReport(trial);
      trial.say({ type: 'withdrawn', op, guard: 0, attempts: 0 });
      await reports(trial, { outcome: 'nobody' });
    }),
    polls('that is late, and may have been taken', 'try-send', async (trial, { op }) => {
      trial.say({ type: 'late', op });
      trial.say({ type: 'withdrawn', op, guard: 0, attempts: 1 });
      await reports(trial, { attempts: 1 });
    }),
    ...(['input', 'output'] as const).flatMap((wanted) =>
      ([false, true] as const).map(
        (priority): Check => ({
          clause: '3.8',
          title: `chooses ${priority ? 'in order ' : ''}between a receive and a send: "${wanted}"`,
          run: async (start) => {
            const trial = start();
            await greet(trial);
            const guards = wanted === 'input' ? ['input', 'output'] : ['output', 'input'];
            await tell(trial, { do: 'select', guards, priority });
            const offer = await chooses(trial, guards, priority);
            await choose(trial, offer, wanted);
            await reports(trial, { outcome: 'done', guard: wanted });
            await does(trial, { do: 'print', text: 'goes on' });
          },
        }),
      ),
    ),
    {
      clause: '3.8',
      title: 'chooses a time when nothing else was ready until then, and what crosses it is chosen',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        for (const crossing of ['nothing', 'input', 'output'] as const) {
          const guards = ['input', 'output'];
          await tell(trial, { do: 'select', guards, priority: false, timeout: soon });
          const offer = await chooses(trial, guards, false);
          const { op } = offer;
          await trial.next(`"withdraw" for operation ${op}`, isWithdrawalOf(op));
          if (crossing === 'nothing') {
            trial.say({ type: 'withdrawn', op, guard: 0, attempts: 0 });
            await reports(trial, { outcome: 'done', guard: 'timeout' });
          } else if ((await choose(trial, offer, crossing)) !== 'returned') {
            await reports(trial, { outcome: 'done', guard: crossing });
          } else {
            await reports(trial, { outcome: 'done', guard: 'timeout' });
          }
        }
      },
    },
    ...(
      [
        ['ended', { kind: 'ended' }, { outcome: 'ended' }],
        ['broken', { kind: 'broken', failure }, { outcome: 'broken' }],
        ['refused', { kind: 'refused', why: 'it is no value' }, { outcome: 'refused' }],
        ['lost', { kind: 'lost', failures: [failure] }, { outcome: 'lost', attempts: 1 }],
      ] as const
    ).flatMap(([name, reason, outcome]) =>
      (['receive', 'send'] as const)
        // Only a send can be refused or lost.
        .filter((what) => what === 'send' || name === 'ended' || name === 'broken')
        .map(
          (what): Check => ({
            clause: '3.21',
            title: `hears that a ${what} failed: "${name}"`,
            run: async (start) => {
              const trial = start();
              await greet(trial);
              await tell(trial, { do: what, value: 'v' });
              const { op } = await begun(trial, what === 'send' ? 'output' : 'input', what);
              const attempts = name === 'lost' ? 1 : 0;
              trial.say({ type: 'failed', op, guard: 0, attempts, reason });
              await reports(trial, outcome);
            },
          }),
        ),
    ),
  ],
};

async function worksOn(trial: Trial, then: string, answer: Answer): Promise<void> {
  await greet(trial);
  await tell(trial, { do: 'work', answer: then });
  const { op } = await begun(trial, 'input', 'receive');
  deliver(trial, op, encoded('in hand'));
  const sent = await sends(trial, 'output');
  if (trial.has(isAnswer(op))) {
    throw new Unmet('no answer while its code has the value in hand', 'it has answered');
  }
  trial.say({ type: 'completed', op: sent.op, guard: 0 });
  await answers(trial, op, answer);
  await reports(trial, { outcome: 'done' });
}

/** An operation whose time is over while nobody was ready: `then` goes on from its withdrawal. */
function timed(
  clause: string,
  title: string,
  command: Command,
  then: (trial: Trial, offer: Said<'offer'>) => Promise<void>,
): Check {
  return {
    clause,
    title,
    run: async (start) => {
      const trial = start();
      await greet(trial);
      await tell(trial, command);
      const isSend = command.do === 'send';
      const offer = await begun(trial, isSend ? 'output' : 'input', isSend ? 'send' : 'receive');
      const what = `"withdraw" for operation ${offer.op}`;
      const { kind } = await trial.next(what, isWithdrawalOf(offer.op));
      if (isSend && kind === 'tentative') {
        throw new Unmet('a final withdrawal: the time is over', 'it is tentative');
      }
      await then(trial, offer);
      await does(trial, { do: 'print', text: 'goes on' });
    },
  };
}

function polls(
  what: string,
  command: 'try-receive' | 'try-send',
  then: (trial: Trial, offer: Said<'offer'>) => Promise<void>,
): Check {
  const side = command === 'try-send' ? 'send' : 'receive';
  return {
    clause: '4.10',
    title: `offers a poll to ${side}, ${what}`,
    run: async (start) => {
      const trial = start();
      await greet(trial);
      await tell(trial, { do: command, value: 'v' });
      const offer = await begun(trial, side === 'send' ? 'output' : 'input', side);
      if (!offer.isPoll) throw new Unmet('an offer with the flag of a poll', 'it has none', '3.8');
      await then(trial, offer);
      await does(trial, { do: 'print', text: 'goes on' });
    },
  };
}

/** A choice between these, as the flags and the order of its guards say. */
async function chooses(
  trial: Trial,
  guards: readonly string[],
  priority: boolean,
): Promise<Said<'offer'>> {
  const offer = await trial.next('an offer with several guards', isOffer);
  await wasNoReport(trial, offer);
  if (offer.isPriority !== priority) {
    throw new Unmet(`the flag for priority ${priority ? 'set' : 'not set'}`, 'it is otherwise');
  }
  const named = offer.guards.map(({ end }) => (end === ends.input ? 'input' : 'output'));
  const came = priority ? named : named.toSorted();
  const wanted = priority ? guards : guards.toSorted();
  if (came.join() === wanted.join()) return offer;
  throw new Unmet(`guards on ${wanted.join(', ')}`, `it has some on ${came.join(', ')}`);
}

async function choose(
  trial: Trial,
  { op, guards }: Said<'offer'>,
  wanted: 'input' | 'output',
): Promise<Answer | 'completed'> {
  const guard = guards.findIndex(({ end }) => end === ends[wanted]);
  if (wanted === 'output') {
    trial.say({ type: 'completed', op, guard });
    return 'completed';
  }
  deliver(trial, op, encoded('chosen'), { guard });
  return answers(trial, op, 'taken', 'returned');
}

async function hasNoReport(trial: Trial): Promise<void> {
  await trial.listens(50);
  if (trial.has((message) => isOfferOn(message, ends.report))) {
    throw new Unmet('no report: "late" is no ending', 'it reports', '3.19');
  }
}
