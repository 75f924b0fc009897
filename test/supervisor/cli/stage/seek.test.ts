import { expect, test } from 'vitest';
import { kindOf, type Reader, type ReaderKind } from '../../../../supervisor/cli/stage/readers.ts';
import { isInVain } from '../../../../supervisor/cli/stage/seek.ts';

const words = (...all: readonly string[]) => all.join('\0');

test.each<[string, string, string, ReaderKind]>([
  ['node', words('node', '/usr/bin/handover', 'stage', './a.ts'), 'ep_poll', 'stage'],
  ['node', words('node', 'dist/supervisor/cli/main.js', 'stage', 'a.ts'), '0', 'stage'],
  ['node', 'npm exec handover stage a.ts', 'ep_poll', 'stage'],
  ['node', words('node', 'stage.js'), 'ep_poll', 'other'],
  ['node', words('node', '/usr/bin/handover', 'run', 'stage'), 'ep_poll', 'other'],
  ['ssh', words('ssh', 'host', 'handover', 'stage', 'a.ts'), 'poll_schedule_timeout', 'other'],
  ['bash', words('bash', '-c', 'handover stage a | handover stage b'), 'do_wait', 'starter'],
  ['dash', words('sh', './filter.sh'), 'anon_pipe_read', 'reading'],
  ['timeout', words('timeout', '5', 'handover', 'stage', 'a.ts'), 'do_wait', 'starter'],
  ['cat', 'cat', 'pipe_read', 'reading'],
  ['tee', words('tee', 'stage'), '0', 'other'],
])('%s, started as %j and waiting in %s, counts as: %s', (program, started, waitsIn, kind) => {
  expect(kindOf(program, started, waitsIn)).toBe(kind);
});

const readers = (...kinds: readonly ReaderKind[]): readonly Reader[] =>
  kinds.map((kind, index) => ({ processId: index, name: kind, kind }));

test.each([
  ['a stage that starts', readers('starter', 'stage'), readers('starter', 'stage'), 9_000, false],
  ['a stage that never says so', readers('stage'), readers('stage'), 10_001, true],
  ['a shell', readers('starter'), readers('starter'), 1_000, false],
  ['a shell for too long', readers('starter'), readers('starter'), 2_001, true],
  [
    'a shell and who reads in it',
    readers('starter', 'reading'),
    readers('starter', 'reading'),
    15,
    true,
  ],
  [
    'one that has just begun to read',
    readers('starter', 'reading'),
    readers('starter', 'starter'),
    15,
    false,
  ],
  ['a program', readers('other'), readers('other'), 15, true],
  ['a program, at the first look', readers('other'), undefined, 0, false],
  ['nobody that could be seen', readers(), readers(), 15, true],
  ['who cannot be seen here', undefined, undefined, 400, false],
  ['who cannot be seen here, for too long', undefined, undefined, 501, true],
])('%s', (_, now, before, waited, expected) => {
  expect(isInVain(now, before, waited)).toBe(expected);
});
