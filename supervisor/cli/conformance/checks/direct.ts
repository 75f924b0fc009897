/** Section 14: direct channels, from either side of one. The kit is the process at the other end, too. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { readLink } from '../../../../platform/link-descriptors.ts';
import { makeOwnFolder, removeFolder } from '../../../../platform/litter.ts';
import { pipeNames } from '../../../../platform/pipes.ts';
import { encoded, hexOf, joined } from '../bytes.ts';
import type { Check, Section, Start } from '../check.ts';
import { Unmet } from '../outcome.ts';
import { begun, does, ends, greetFor, isWithdrawalOf, receives, reports, tell } from '../talk.ts';
import type { Said, Trial } from '../trial.ts';

const link = 1;

export const direct: Section = {
  title: '14 Direct channels',
  checks: [
    {
      clause: '14.3',
      title: 'says "parted" for a link whose pipes it cannot open',
      run: async (start) => {
        const trial = start();
        await greetFor(trial, 'direct');
        await receives(trial, 'control');
        const readPath = '/there/is/no/pipe';
        trial.say({ type: 'meet', link, end: ends.output, readPath, writePath: readPath });
        await trial.next('"parted"', isAbout('parted'));
      },
    },
    {
      clause: '14.6',
      title: 'says "parted" for a link of an end that it has not',
      run: (start) =>
        withPipes(start, async (trial, pipes) => {
          await meets(trial, 77, pipes);
          await trial.next('"parted"', isAbout('parted'));
        }),
    },
    {
      clause: '14.6',
      title: 'sends over a link, and goes on when its values were taken there',
      run: (start) =>
        withPipes(start, async (trial, pipes) => {
          await meets(trial, ends.output, pipes);
          await trial.next('"met"', isAbout('met'));
          for (const value of ['first', 'second']) {
            await tell(trial, { do: 'send', value });
            const bytes = encoded(value);
            await pipes.reads(trial, joined(lengthOf(bytes), bytes));
            pipes.write(Uint8Array.of(0));
            await reports(trial, { outcome: 'done' });
          }
        }),
    },
    {
      clause: '14.4',
      title: 'hears over a link that a value was refused',
      run: (start) =>
        withPipes(start, async (trial, pipes) => {
          await meets(trial, ends.output, pipes);
          await trial.next('"met"', isAbout('met'));
          await tell(trial, { do: 'send', value: 'first' });
          const bytes = encoded('first');
          await pipes.reads(trial, joined(lengthOf(bytes), bytes));
          pipes.write(joined(Uint8Array.of(1, 0, 2), Buffer.from('no')));
          await reports(trial, { outcome: 'refused' });
        }),
    },
    {
      clause: '14.6',
      title: 'leaves a link on "part", and offers what was not answered there on "resume"',
      run: (start) =>
        withPipes(start, async (trial, pipes) => {
          await meets(trial, ends.output, pipes);
          await trial.next('"met"', isAbout('met'));
          await tell(trial, { do: 'send', value: 'kept' });
          const bytes = encoded('kept');
          await pipes.reads(trial, joined(lengthOf(bytes), bytes));
          trial.say({ type: 'part', link });
          pipes.close();
          await trial.next('"parted"', isAbout('parted'));
          trial.say({ type: 'resume', link });
          const { op } = await begun(trial, 'output', 'send');
          trial.say({ type: 'completed', op, guard: 0 });
          await reports(trial, { outcome: 'done' });
        }),
    },
    {
      clause: '14.8',
      title: 'receives over a link, and answers there that it has taken',
      run: (start) =>
        withPipes(start, async (trial, pipes) => {
          await tell(trial, { do: 'receive' });
          const { op } = await begun(trial, 'input', 'receive');
          pipes.meet(trial, ends.input);
          await trial.next('"met"', isAbout('met'));
          const bytes = encoded('direct');
          pipes.write(joined(lengthOf(bytes), bytes));
          await trial.next(`"withdraw" for operation ${op}`, isWithdrawalOf(op));
          trial.say({ type: 'withdrawn', op, guard: 0, attempts: 0 });
          await pipes.reads(trial, Uint8Array.of(0));
          await reports(trial, { outcome: 'done', value: 'direct' });
        }),
    },
    {
      clause: '14.7',
      title: 'leaves a link whose sender is gone, and is told of the end by its supervisor',
      run: (start) =>
        withPipes(start, async (trial, pipes) => {
          await meets(trial, ends.input, pipes);
          await trial.next('"met"', isAbout('met'));
          pipes.close();
          await trial.next('"parted"', isAbout('parted'));
          await tell(trial, { do: 'receive' });
          const { op } = await begun(trial, 'input', 'receive');
          const reason = { kind: 'ended' } as const;
          trial.say({ type: 'failed', op, guard: 0, attempts: 0, reason });
          await reports(trial, { outcome: 'ended' });
        }),
    },
  ] satisfies readonly Check[],
};

/** The two pipes of a link, and this side of them. */
interface PipesOfLink {
  readonly meet: (trial: Trial, end: number) => void;
  readonly write: (bytes: Uint8Array) => void;
  /** Waits until exactly these have come. */
  readonly reads: (trial: Trial, bytes: Uint8Array) => Promise<void>;
  /** As a process that dies. */
  readonly close: () => void;
}

async function withPipes(
  start: Start,
  then: (trial: Trial, pipes: PipesOfLink) => Promise<void>,
): Promise<void> {
  const trial = start();
  await greetFor(trial, 'direct');
  const folder = makeOwnFolder();
  const [down, up] = [join(folder, pipeNames[0]), join(folder, pipeNames[1])];
  let here: { readonly input: Socket; readonly output: number } | undefined;
  const close = (): void => {
    here?.input.destroy();
    if (here !== undefined) closeSync(here.output);
    here = undefined;
  };
  try {
    execFileSync('mkfifo', ['-m', '600', down, up]);
    // Also for the other direction, so that nobody waits for the other to open.
    const flags = constants.O_RDWR | constants.O_NONBLOCK;
    const output = openSync(down, flags);
    let came = new Uint8Array();
    const input = readLink(openSync(up, flags), false, (chunk) => {
      came = joined(came, chunk) as Uint8Array<ArrayBuffer>;
    });
    here = { input, output };
    await then(trial, {
      meet: (to, end) => to.say({ type: 'meet', link, end, readPath: down, writePath: up }),
      write: (bytes) => writeSync(output, bytes),
      reads: async ({ manner, listens }, bytes) => {
        for (let waited = 0; came.length < bytes.length && waited < manner.patience; waited += 10) {
          await listens.call(trial, 10);
        }
        if (Buffer.compare(came, bytes) !== 0) {
          throw new Unmet(`${hexOf(bytes)} on the link`, `it says "${hexOf(came)}" there`, '14.4');
        }
        came = new Uint8Array();
      },
      close,
    });
  } finally {
    close();
    removeFolder(folder, pipeNames);
  }
}

/** A link for an end on which nothing is outstanding. */
async function meets(trial: Trial, end: number, pipes: PipesOfLink): Promise<void> {
  await does(trial, { do: 'print', text: 'is there' });
  pipes.meet(trial, end);
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}

function isAbout<T extends 'met' | 'parted'>(type: T) {
  return (message: { readonly type: string }): message is Said<T> => message.type === type;
}
