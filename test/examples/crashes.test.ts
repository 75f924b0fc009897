/** Programs whose stages crash, hang and leak. Each says where all its values are. */
import { readdirSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { folderOf } from '../supervisor/cli/files.ts';
import { runExample } from './run.ts';

test('R7 R10 thumbnails: bad pictures are set aside with the reason, and each good one has its thumbnail', async () => {
  const temporary = folderOf({});
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { exitCode, stdout } = await runExample('thumbnails/main.ts');
  const setAside = (name: string) =>
    new RegExp(`^set aside: ${name}, after 2 attempts: (.*)$`, 'm').exec(stdout)?.[1];
  expect(setAside('empty.gif')).toBe('Error: Input file contains unsupported image format');
  expect(setAside('half.jpeg')).toBe('Error: VipsJpeg: premature end of JPEG image');
  expect(setAside('pixels.png')).toBe('Error: Input image exceeds pixel limit');
  // On a busy machine its time may be over before it has taken too much memory.
  expect(setAside('memory.png')).toMatch(
    /was killed: .*(limits\.memoryBytes|deadline) of the stage/,
  );
  expect(setAside('time.svg')).toMatch(/in hand for 5\d{3} ms .*\(deadline of the stage\)/);
  expect(stdout).toMatch(/^800\.webp: webp, 800 × 600; thumbnail: \d+ bytes$/m);
  expect(stdout).toMatch(/^28 in = 20 out \+ 8 set aside; 4 restarts\nright: /m);
  expect(exitCode).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
}, 120_000);

test('R7 R10 endless-regex: one line of a log is set aside, and all others come through in order', async () => {
  const { exitCode, stdout } = await runExample('endless-regex/main.ts');
  expect(stdout).toMatch(
    /^set aside: line=123 .*…, after 1 attempt: .* in hand for 1\d{3} ms .*\(deadline of the stage\)/,
  );
  expect(stdout).toMatch(/^300 in = 299 out \+ 1 set aside; 1 restart\nright: only line 123 /m);
  expect(exitCode).toBe(0);
});

test('R7 R10 native-abort: crashes in native code take one value each, and a spare is there sooner', async () => {
  const { exitCode, stdout } = await runExample('native-abort/main.ts');
  expect(stdout.match(/^set aside: 0, after 1 attempt: .* aborted \(SIGABRT\)/gm)).toHaveLength(6);
  expect(stdout.match(/^set aside: -\d+, after 1 attempt: .*SIGSEGV/gm)).toHaveLength(4);
  expect(stdout.match(/^50 in = 45 out \+ 5 set aside; 5 restarts$/gm)).toHaveLength(2);
  expect(stdout).toMatch(
    /^right: after a crash the next value came in [\d.]+ ms with a spare, in /m,
  );
  expect(exitCode).toBe(0);
});

test('R7 R10 leak: no value is lost when a process is killed for its memory, nor when it is replaced before', async () => {
  const { exitCode, stdout, stderr } = await runExample('leak/main.ts');
  expect(stderr).toMatch(/was killed: it used .* MiB of memory, of 200 MiB allowed/);
  expect(stdout).toMatch(
    /^killed .*\n60 in = 60 out \+ 0 set aside; [1-9]\d* restarts?\nreplaced .*\n60 in = 60 out \+ 0 set aside; 0 restarts\nright: /,
  );
  expect(exitCode).toBe(0);
});
