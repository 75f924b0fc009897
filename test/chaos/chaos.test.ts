/** A slice of `npm run chaos`, where it is asked for: it keeps two processors busy for half a minute. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { repository } from '../docs/programs.ts';

test.runIf(process.env.TEST_CHAOS === '1')(
  'R7 R8 R10 R12 chaos for 30 seconds: nothing is lost, nobody is stuck, nothing grows',
  () => {
    const seed = String(Date.now() % 1_000_000);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=handover-source', 'test/chaos/main.ts', '--seconds', '30', '--seed', seed],
      { cwd: repository, encoding: 'utf8' },
    );
    expect({ status, output: stdout + stderr }).toEqual({
      status: 0,
      output: expect.stringContaining('every promise was kept'),
    });
  },
  180_000,
);
