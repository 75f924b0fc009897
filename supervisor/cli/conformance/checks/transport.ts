/** Section 1: how the process finds its link. */
import { encoded } from '../bytes.ts';
import type { Section } from '../check.ts';
import { NotApplicable } from '../outcome.ts';
import { does, give, greet, report, take, tell } from '../talk.ts';

export const transport: Section = {
  title: '1 Transport',
  checks: [
    {
      clause: '1.1',
      title: 'shows the token of its environment, on the link of its environment',
      run: async (start) => {
        await start().hello();
      },
    },
    {
      clause: '1.2',
      title: 'receives and sends over its descriptors',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'echo' });
        await give(trial, 'input', encoded('hi'));
        await take(trial, 'output');
        await report(trial);
      },
    },
    {
      clause: '1.3',
      title: 'removes the variables of its link from its environment',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await tell(trial, { do: 'environment' });
        const { names } = await report(trial);
        if (!Array.isArray(names) || names.length === 0) return;
        throw new NotApplicable(`it should, and need not: it still has ${names.join(', ')}`);
      },
    },
    {
      clause: '1.4',
      title: 'prints what it likes, which is seen, and does no harm to the link',
      run: async (start) => {
        const trial = start();
        await greet(trial);
        await does(trial, { do: 'print', text: 'a line for people' });
        await trial.prints('a line for people');
        await does(trial, { do: 'print', text: '\xc1H, and what else is no text' });
        await does(trial, { do: 'print', text: 'another' });
      },
    },
  ],
};
