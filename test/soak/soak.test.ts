/** A slice of `npm run soak`. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { repository } from '../docs/programs.ts';

test('R5 values at full rate in each of the ways that there are: nothing grows', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=handover-source', 'test/soak/main.ts', '--minutes', '0.1'],
    { cwd: repository, encoding: 'utf8' },
  );
  expect({ status, output: stdout + stderr }).toEqual({
    status: 0,
    output: expect.stringContaining('nothing has grown'),
  });
}, 180_000);
