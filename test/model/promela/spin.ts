/** Runs SPIN on one model: from Promela to C, from C to a program, and that through all states. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from './runs.ts';

/** `unfinished`: it ran out of memory, depth or time, and has shown nothing. */
export type Verdict = 'holds' | 'breaks' | 'unfinished';

export interface Result {
  readonly verdict: Verdict;
  readonly states: number;
  readonly seconds: number;
  /** The first assertion that failed, or why it is unfinished. */
  readonly because: string | undefined;
  /** The entries of the table that it came to, as pairs of the numbers in `table.pml`. */
  readonly reached: ReadonlySet<string>;
}

const models = import.meta.dirname;
const megabytes = 4_000;
const mostDepth = 1_000_000;
/** To begin with: the table of states grows. */
const hashBits = 20;

/** Why no model can be checked here; `undefined` when they can. */
export function missing(): string | undefined {
  for (const [program, version] of [
    ['spin', '-V'],
    ['gcc', '--version'],
  ] as const) {
    try {
      execFileSync(program, [version], { stdio: 'ignore' });
    } catch {
      return `there is no ${program}`;
    }
  }
  return undefined;
}

export async function check({ model, flags, expected }: Run): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'handover-model-'));
  try {
    cpSync(models, folder, { recursive: true, filter: (file) => !file.endsWith('.ts') });
    const defines = flags.split(' ').flatMap((flag) => (flag === '' ? [] : [`-D${flag}`]));
    await execute(folder, 'spin', [...defines, '-a', `${model}.pml`]);
    // A mutant is found after few states: compiling it fast is what counts.
    const optimised = expected === 'breaks' ? '-O0' : '-O1';
    const limits = [`-DMEMLIM=${megabytes}`, '-DVECTORSZ=4096'];
    const kind = ['-w', optimised, '-DSAFETY', '-DCOLLAPSE', '-DPRINTF', ...limits];
    await execute(folder, 'gcc', [...kind, '-o', 'pan', 'pan.c']);
    return resultOf(await execute(folder, './pan', [`-m${mostDepth}`, `-w${hashBits}`]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function resultOf(output: string): Result {
  const errors = /errors: (\d+)/.exec(output)?.[1];
  const [, limit] =
    /^(?:pan: |error: )?(.*(?:max search depth too small|out of memory|reached -DMEMLIM).*)$/m.exec(
      output,
    ) ?? [];
  const [, assertion] = /^pan:1: (.*)$/m.exec(output) ?? [];
  const isWhole = errors !== undefined && limit === undefined;
  return {
    verdict: isWhole ? (errors === '0' ? 'holds' : 'breaks') : 'unfinished',
    states: Number(/(\d+) states, stored/.exec(output)?.[1] ?? 0),
    seconds: Number(/elapsed time ([\d.]+)/.exec(output)?.[1] ?? 0),
    because: limit ?? assertion,
    reached: new Set([...output.matchAll(/reached (\d+ \d+)/g)].map((match) => match[1] ?? '')),
  };
}

function execute(cwd: string, program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { cwd, maxBuffer: 64 * 1024 * 1024 };
    execFile(program, args, limits, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`));
      else resolve(stdout);
    });
  });
}
