import { expect, test } from 'vitest';
import { hasTerminal, startInTerminal } from '../command.ts';
import { linesOf, placeWith } from './shell.ts';

test.skipIf(!hasTerminal)(
  'from a terminal nothing is read: the input is at its end; and lines are shown there',
  async () => {
    const { folder } = placeWith({
      'show.mjs':
        "for await (const value of input) tell('told', value); await output.send('done');",
    });
    const running = startInTerminal(['stage', 'show.mjs'], folder);
    expect(await running.ended).toMatchObject({ exitCode: 0, stdout: 'done' });
  },
);

test.skipIf(!hasTerminal)(
  'Ctrl-C ends the first stage of a line at once: nothing comes in that could drain',
  async () => {
    const { folder } = placeWith({
      'wait.mjs': "console.log('begun'); setInterval(() => {}, 1_000_000);",
    });
    const running = startInTerminal(['stage', 'wait.mjs', '--drain', '3600'], folder);
    await running.printed(/begun/);
    running.type('\x03');
    expect(await running.ended).toMatchObject({ exitCode: 130 });
  },
);

test('R12 a stage that waits for itself for ever is told so, and ended: 3', async () => {
  const place = placeWith({
    'stuck.mjs': `
      const { supervisor } = await import(${JSON.stringify(new URL('../../../../child/node/index.ts', import.meta.url).href)});
      const [mine, its] = supervisor.channel('own');
      tell('told', mine.channel);
      await its.receive();`,
  });
  const { exitCode, stderr } = await place.run('handover stage stuck.mjs');
  expect(stderr).toContain('"own"');
  expect(exitCode).toBe(3);
  expect(linesOf(place, 'told')).toEqual(['own']);
});
