import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { expect, test } from 'vitest';
import { handover } from '../supervisor/cli/command.ts';
import { folderOf } from '../supervisor/cli/files.ts';
import { describeGo } from '../support/go.ts';
import { describeNumpy, numpyEnvironment } from '../support/numpy.ts';
import { describePython } from '../support/python.ts';
import { example, runExample, runExampleIn } from './run.ts';

test('rendezvous: first the sender waits, then the taker', async () => {
  const { stdout, stderr } = await runExample('rendezvous/main.ts');
  const waited = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  expect(waited(stdout, /waited (\d+) ms until the first/)).toBeGreaterThan(500);
  expect(waited(stderr, /waited (\d+) ms for the second/)).toBeGreaterThan(500);
});

test('fan-out: the results have the order of the jobs, and every replica has worked', async () => {
  const { exitCode, stdout } = await handover(['run', example('fan-out/topology.ts')]);
  const results = [...stdout.matchAll(/^job (\d+): .* process (\d+)$/gm)];
  expect(results.map(([, job]) => Number(job))).toEqual(
    Array.from({ length: 16 }, (_, i) => i + 1),
  );
  expect(new Set(results.map(([, , process]) => process)).size).toBe(4);
  expect(exitCode).toBe(0);
});

test('request-reply: every question gets its own answer', async () => {
  const ended = await runExample('request-reply/main.ts');
  expect(ended).toEqual({
    exitCode: 0,
    stdout: '1 4 9 16 25 36 49 64\nright: every question got its own answer',
    stderr: '',
  });
});

const noJq = execaSync('jq', ['--version'], { reject: false }).failed ? ': there is no jq' : '';
test.skipIf(noJq !== '')(`access-log: grep and jq between two stages${noJq}`, async () => {
  const { exitCode, stdout, stderr } = await execa('sh', [example('access-log/run.sh')], {
    reject: false,
    stdin: 'ignore',
  });
  expect(stdout).toContain('/search: 450 ms on average, of 200 requests\n');
  expect(stdout).toContain('right: /search is slowest, and nobody asked for the health checks');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

describeGo('an example with stages in Python and in Go', () => {
  test('word-count: Node, Python, Go and sort count what a shell counts', async () => {
    const folder = folderOf({ 'words.txt': 'To be, or not to be:\nthat is the question.\n' });
    const { exitCode, stdout, stderr } = await execa(
      'sh',
      [example('word-count/run.sh'), join(folder, 'words.txt')],
      { reject: false, stdin: 'ignore', stripFinalNewline: true },
    );
    const counts = stdout.split('\n').map((line) => line.trim());
    expect(counts).toEqual(['2 be', '2 to', '1 is', '1 not', '1 or']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});

describePython('an example with a stage in Python', () => {
  test('R7 thermometers: what Python makes of each series comes through, and one is set aside', async () => {
    const { exitCode, stdout, stderr } = await runExample('thermometers/main.ts');
    expect(stderr).toMatch(/^\[printer\] Cellar +11\.00 +0\.26 +-0\.03$/m);
    expect(stderr).toMatch(/^\[printer\] Stove +170\.00 +112\.25 +60\.00$/m);
    expect(stdout).toContain('Shed was set aside: StatisticsError: stdev requires at least two');
    expect(stdout).toContain('right: three series were summarized in Python');
    expect(exitCode).toBe(0);
  });
});

describeNumpy('an example with a scientific library', () => {
  test('R7 vibrations: what numpy hears comes through, and every row is accounted for', async () => {
    const { exitCode, stdout, stderr } = await runExampleIn(numpyEnvironment, 'vibrations/main.ts');
    expect(stderr).toMatch(/^\[reporter\] second {2}0, 0\.76 g: 48 Hz, 96 Hz$/m);
    expect(stderr).toMatch(/^\[reporter\] second 12, 0\.87 g: 137 Hz$/m);
    expect(stdout).toContain('second 5 was set aside: ValueError: the sensor says nothing');
    expect(stdout).toContain('20400 rows in = 19400 out + 1000 set aside');
    expect(stdout).toContain('right: numpy heard 48 Hz');
    expect(exitCode).toBe(0);
  });
});

test('vibrations: where there is no numpy, it says in one line what to do, and starts nothing', async () => {
  // As one that does not find it.
  const PATH = folderOf({ python3: '#!/bin/sh\nexit 1\n' });
  chmodSync(join(PATH, 'python3'), 0o755);
  expect(await runExampleIn({ PATH }, 'vibrations/main.ts')).toEqual({
    exitCode: 69,
    stdout: '',
    stderr: expect.stringMatching(
      /^it needs a python3 of 3\.10 or later with numpy: .*pip install numpy$/,
    ),
  });
});
