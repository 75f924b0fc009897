import { expect, test } from 'vitest';
import { handover, hasTerminal, startHandover, startInTerminal } from '../command.ts';
import { folderOf, stageUrl } from '../files.ts';

/** A stage that is slower than its neighbours, and prints; own code that prints on stdout. */
const slow = `export default async (supervisor, [last]) => {
  const all = supervisor.channel('all');
  const passed = supervisor.channel('passed');
  supervisor.stage('counter', { module: ${stageUrl('count')}, ends: { numbers: all.sender } });
  supervisor.stage('slow', { module: ${stageUrl('slowly-pass-on')}, ends: { input: all.receiver, output: passed.sender } });
  for await (const number of passed.receiver) {
    if (number % 10 === 0) console.log(\`own code has \${number}\`);
    if (number === Number(last)) process.kill(process.pid, 'SIGINT');
  }
};`;

test('without a terminal, plain lines tell what was taken, how fast, and who is waited for', async () => {
  const folder = folderOf({ 'topology.ts': slow });
  const running = startHandover(['run', 'topology.ts', '--interval', '0.5'], folder);
  await running.printed(
    /^\[handover\] [\d.]+ s · all \d+ \([\d.]+\/s\) · passed \d+ \([\d.]+\/s\) · the others wait for slow \(\d+ % of the time\)$/m,
  );
  running.signal('SIGINT');
  const { stdout, stderr } = await running.ended;
  expect(stderr).toMatch(/ · the others waited for slow \(\d+ % of the time\)$/);
  expect(stdout).not.toContain('handover');
});

test('the last line has every value, also those of the last moment', async () => {
  const folder = folderOf({
    'topology.ts': `export default async (supervisor) => {
      const numbers = supervisor.channel('numbers');
      supervisor.stage('counter', { module: ${stageUrl('count-to-ten')}, ends: { numbers: numbers.sender } });
      for await (const number of numbers.receiver);
    }`,
  });
  const { stderr } = await handover(['run', 'topology.ts', '--progress', 'lines'], folder);
  expect(stderr).toMatch(/^\[handover\] [\d.]+ s · numbers 10 \([\d.]+\/s\)/m);
});

test('with --progress off, stderr has only what the stages print', async () => {
  const folder = folderOf({ 'topology.ts': slow });
  const running = startHandover(['run', 'topology.ts', '--progress', 'off'], folder);
  await running.printed(/own code has 10/);
  running.signal('SIGINT');
  const { stderr } = await running.ended;
  expect(stderr).toBe(
    '[handover] SIGINT: what is under way has 5 s to drain; once more ends it at once',
  );
});

test.skipIf(!hasTerminal)(
  'on a terminal, one block is drawn again and again, and nothing that is printed tears it (needs `script`)',
  async () => {
    const folder = folderOf({ 'topology.ts': slow });
    // Not by Ctrl-C: with that, a terminal forgets what has been written and is not shown yet.
    const { stdout } = await startInTerminal(['run', 'topology.ts', '35'], folder).ended;
    const lines = screenAfter(stdout);
    expect(lines.filter((line) => /^all +counter → slow +\d+ taken/.test(line))).toHaveLength(1);
    expect(
      lines.filter((line) => /^passed +slow → topology\.ts +\d+ taken/.test(line)),
    ).toHaveLength(1);
    expect(lines.at(-1)).toMatch(/^[\d.]+ s · the others waited for slow \(\d+ % of the time\)$/);
    for (const number of [0, 10, 20, 30]) expect(lines).toContain(`own code has ${number}`);
  },
);

/** What is to be seen on a terminal after all this was written to it. */
function screenAfter(output: string): readonly string[] {
  const lines = [''];
  let row = 0;
  for (const [piece] of output
    .replaceAll('\u001b', '␛')
    .matchAll(/␛\[[?\d;]*[A-Za-z]|[\r\n]|[^␛\r\n]+/g)) {
    const [, count = '', command] = /^␛\[(\d*)([A-Za-z])$/.exec(piece) ?? [];
    if (piece === '\n') row++;
    else if (command === 'A') row -= Number(count || 1);
    else if (command === 'B') row += Number(count || 1);
    else if (command === 'K' && count === '2') lines[row] = '';
    else if (!/^[␛\r]/.test(piece)) lines[row] = piece;
    lines[row] ??= '';
  }
  return lines.map((line) => line.trimEnd()).filter((line) => line !== '');
}
