/** Section 6: how much a process may have outstanding. That it has no more, `conduct.ts` sees in every check. */
import type { Section } from '../check.ts';
import { begun, greet, reports, sends, tell } from '../talk.ts';
import type { Trial } from '../trial.ts';

/** In milliseconds: who would offer more has done so by then. */
const aWhile = 300;

export const window: Section = {
  title: '6 The window',
  checks: [
    {
      clause: '6.1',
      title:
        'holds back what is beyond the operations of its window, and offers it when there is room',
      run: (start) => sendsMany(start(), { operations: 4, bytes: 1_048_576 }, 10, 10),
    },
    {
      clause: '6.1',
      title: 'holds back what is beyond the bytes of its window, and offers it when there is room',
      run: (start) => sendsMany(start(), { operations: 64, bytes: 1_000 }, 7, 400),
    },
    {
      clause: '6.1',
      title: 'offers one value that is larger than its window',
      run: (start) => sendsMany(start(), { operations: 1, bytes: 100 }, 2, 5_000),
    },
  ],
};

/** One process may offer them one after the other, another as many at once as there is room for. */
async function sendsMany(
  trial: Trial,
  limits: { readonly operations: number; readonly bytes: number },
  count: number,
  bytes: number,
): Promise<void> {
  await greet(trial, { window: limits });
  await tell(trial, { do: 'many', count, bytes });
  let { op } = await begun(trial, 'output', 'send');
  for (let taken = 1; taken <= count; taken++) {
    if (taken <= 3) await trial.listens(aWhile);
    trial.say({ type: 'completed', op, guard: 0 });
    if (taken < count) ({ op } = await sends(trial, 'output'));
  }
  await reports(trial, { outcome: 'done' });
}
