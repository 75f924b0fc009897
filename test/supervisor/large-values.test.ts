import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { programFlags } from '../support/programs.ts';

const mebi = 2 ** 20;
const run = promisify(execFile);
const program = fileURLToPath(new URL('../fixtures/programs/carry-large.ts', import.meta.url));

interface Carried {
  readonly said: readonly string[];
  /** Of the supervisor's memory at its highest, in bytes. */
  readonly growth: number;
}

/** In a supervisor of its own. */
async function carry(mebibytes: number, crashes: number): Promise<Carried> {
  const args = [...programFlags(), program, String(mebibytes), String(crashes)];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout) as Carried;
}

function smallOf({ said }: Carried): number {
  return Number(said.find((line) => line.endsWith(' small'))?.replace(' small', ''));
}

describe('§2.6 while a value of 256 MiB crosses', () => {
  test('R5 others go over the same links all the time, and the supervisor has it once', async () => {
    const carried = await carry(256, 0);
    expect(carried.said).toContain(`${256 * mebi} bytes, attempt 1`);
    // A piece has 64 KiB: it leaves in 4,096 turns, and others in between.
    expect(smallOf(carried)).toBeGreaterThan(200);
    expect(carried.growth).toBeLessThan(1.5 * 256 * mebi);
  });

  test('R7 the one that was read is delivered again when its receiver has crashed', async () => {
    const carried = await carry(256, 1);
    expect(carried.said).toContain(`${256 * mebi} bytes, attempt 2`);
    expect(carried.growth).toBeLessThan(1.5 * 256 * mebi);
  });
});
