import { PassThrough, type Writable } from 'node:stream';
import { jsonLog, type Log, type LogLine, plainLog, prettyLog } from 'handover';
import { expect, test } from 'vitest';
import { lineOf } from '../../../supervisor/log/line.ts';
import { lines, moments } from './moments.ts';

/** What a log writes. */
function written(logTo: (stream: Writable) => Log, logged: readonly LogLine[]): readonly string[] {
  const stream = new PassThrough();
  const log = logTo(stream);
  for (const line of logged) log(line);
  const text = String(stream.read());
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

test('plain: each line with the name of its stage, and nothing that differs from run to run', () => {
  expect(written(plainLog, lines)).toEqual([
    '[parser.2] process 4711 started',
    '[parser.2] it is ready, after 0.1 s',
    '[parser.2] it ended well, after 1.2 s',
    '[parser.2] stage "parser" (replica 2) was killed by SIGKILL after 1.2 s (process 4711)',
    '[parser.2] crash report: /srv/crash.json (handover replay tries it again)',
    '[parser.2] it was told to end, and did, after 1.2 s: everything is ended',
    '[parser.2] it is started again in 100 ms (restart 2)',
    '[parser.2] it is to end in good order, and another takes its place: stage.recycle() was called',
    '[parser.2] it is over its limit: limits.memoryBytes is 1000, and it has used 1024',
    '[parser.2] it is killed, for it hangs: its main thread was busy, for 5.0 s',
    '[parser.2] hello',
    '[topology.ts] attempt 1 at a value of "lines" failed (stage "parser" crashed); it is back in line for another',
    '[topology.ts] a value of "lines" goes to the dead letters "dead lines", after 2 attempts (no line)',
    '[topology.ts] a value of "lines" that had been accepted is given up: nobody is left who could take it',
    '[topology.ts] group "all" failed once more than it may. What happened:',
    '[topology.ts]   it crashed',
    '[topology.ts] deadlock: these can never go on:',
    '[topology.ts]   stage "parser"',
    '[parser] the disk is full',
  ]);
});

test('json: one object on a line for each event, with stable names', () => {
  const objects = written(jsonLog, lines).map((line) => JSON.parse(line) as { type: string });
  expect(objects.map(({ type }) => type)).toEqual(Object.keys(moments));
  const object = (type: string) => objects.find((one) => one.type === type);
  const at = '2026-01-02T03:04:05.006Z';
  const who = { at, stage: 'parser', replica: 1, processId: 4711 };
  expect(object('printed')).toEqual({ type: 'printed', ...who, stream: 'stdout', line: 'hello' });
  const message = 'stage "parser" (replica 2) was killed by SIGKILL after 1.2 s (process 4711)';
  const failure = { code: 'STAGE_FAILED', message, stage: 'parser', signal: 'SIGKILL' };
  expect(object('crashed')).toEqual({
    type: 'crashed',
    ...who,
    milliseconds: 1234,
    failure,
    message,
  });
  expect(object('dead-lettered')).toMatchObject({
    at,
    channel: 'lines',
    deadLetters: 'dead lines',
    attempts: 2,
    failures: [failure, { code: 'ERROR' }],
  });
  expect(object('trouble')).toEqual({
    type: 'trouble',
    at,
    stage: 'parser',
    message: 'the disk is full',
  });
});

test('pretty: time, stage, process and line in columns, without colours where there is no terminal', () => {
  const some = lines.filter(({ event }) =>
    ['printed', 'crashed', 'deadlock', 'trouble'].includes(event.type),
  );
  const shown = written(prettyLog, some).map((line) =>
    line.replace(/^\d\d:\d\d:05\.006 /, 'TIME '),
  );
  expect(shown).toEqual([
    'TIME parser.2    4711 ● stage "parser" (replica 2) was killed by SIGKILL after 1.2 s (process 4711)',
    'TIME parser.2    4711 │ hello',
    'TIME topology.ts         ● deadlock: these can never go on:',
    'TIME topology.ts         ●   stage "parser"',
    'TIME parser              ● the disk is full',
  ]);
});

test('pretty: what a stage prints moves no cursor', () => {
  const line = lineOf(
    { ...moments.printed, line: '\u001b[2J\u001b[31mred\u001b[0m\r50 %\u0007' },
    '',
  );
  expect(written(prettyLog, [line])[0]).toMatch(/│ red�50 %�$/);
});

test('what a failure says is cut where a line of a stage would be', () => {
  const message = 'x'.repeat(1_000_000);
  const { line } = lineOf({ ...moments.trouble, message }, '');
  expect(line).toHaveLength(65_537);
});
