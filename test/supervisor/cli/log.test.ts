/** What `handover run` shows of what happens. */
import { expect, test } from 'vitest';
import { handover, hasTerminal, startHandover, startInTerminal } from './command.ts';
import { folderOf, stageUrl } from './files.ts';

const failing = `export default async (supervisor) => {
  const numbers = supervisor.channel('numbers');
  supervisor.stage('weak', { module: ${stageUrl('fail')}, ends: { numbers: numbers.receiver } });
  await numbers.sender.send(1);
}`;
const quiet = ['--progress', 'off'];

test('plain, where there is no terminal', async () => {
  const folder = folderOf({ 'topology.ts': failing });
  const { stderr } = await handover(['run', 'topology.ts', ...quiet], folder);
  expect(stderr.split('\n')).toEqual([
    '[weak] the disk is full',
    expect.stringMatching(/^\[weak\] stage "weak" exited with code 3/),
    expect.stringMatching(/^handover: stage "weak" exited with code 3/),
  ]);
});

test('--log json: an object on each line, and no progress between them', async () => {
  const folder = folderOf({ 'topology.ts': failing });
  const { stderr } = await handover(['run', 'topology.ts', '--log', 'json', '--verbose'], folder);
  const lines = stderr.split('\n');
  expect(lines.pop()).toMatch(/^handover: stage "weak" exited with code 3/);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { type: 'started', stage: 'weak', replica: 0 },
    { type: 'ready', stage: 'weak' },
    { type: 'printed', stage: 'weak', stream: 'stderr', line: 'the disk is full' },
    { type: 'crashed', stage: 'weak', failure: { code: 'STAGE_FAILED', exitCode: 3 } },
  ]);
});

test('--log json: what the command itself says is an object, too', async () => {
  const folder = folderOf({
    'topology.ts': `export default (supervisor) => {
      const numbers = supervisor.channel('numbers');
      supervisor.stage('stubborn', { module: ${stageUrl('never-end')}, ends: { numbers: numbers.receiver } });
    }`,
  });
  const running = startHandover(
    ['run', 'topology.ts', '--log', 'json', '--verbose', '--drain', '0'],
    folder,
  );
  await running.printed(/"type":"ready"/);
  running.signal('SIGINT');
  const { stderr, exitCode } = await running.ended;
  const objects = stderr.split('\n').map((line) => JSON.parse(line) as { readonly type: string });
  expect(objects.find(({ type }) => type === 'command')).toMatchObject({
    message: expect.stringContaining('SIGINT'),
  });
  expect(exitCode).toBe(130);
});

test.runIf(hasTerminal)('pretty in a terminal; the live display is not torn', async () => {
  const folder = folderOf({ 'topology.ts': failing });
  const { stdout } = await startInTerminal(['run', 'topology.ts'], folder).ended;
  const line = stdout.split('\n').find((text) => text.includes('the disk is full')) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is told by them
  const shown = line.replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '').trim();
  expect(shown).toMatch(/^\d\d:\d\d:\d\d\.\d{3} weak +\d+ ┆ the disk is full$/);
  expect(line).toContain('\u001b[36mweak');
});

test('a crash report is told of, with its file', async () => {
  const folder = folderOf({ 'topology.ts': failing });
  const args = ['run', 'topology.ts', ...quiet, '--reports', 'crashes'];
  const { stderr } = await handover(args, folder);
  expect(stderr).toMatch(
    /^\[weak\] crash report: .*\/crashes\/crash-\d{8}T\d{6}\.\d{3}Z-weak-\d+\.json \(handover replay tries it again\)$/m,
  );
});
