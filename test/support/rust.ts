/** Tests of stages in Rust. They need cargo, and the crates that are used; without, they are skipped, unless TEST_RUST is set. */
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe } from 'vitest';
import { repository } from '../docs/programs.ts';
import { rustFolder, rustTarget } from './rust-command.ts';

export { rustStage, rustTarget } from './rust-command.ts';

const crate = join(repository, 'child/rust');

const environment = { ...process.env, CARGO_TARGET_DIR: rustTarget, CARGO_TERM_COLOR: 'never' };

/** Tests that need the programs to be built, which takes a while the first time. */
export function describeRust(title: string, tests: () => void): void {
  const isSkipped = why !== undefined && process.env.TEST_RUST === undefined;
  describe.skipIf(isSkipped)(isSkipped ? `${title} (skipped: ${why})` : title, () => {
    beforeAll(build, 600_000);
    tests();
  });
}

/** Runs cargo over the crate itself; what it printed, when it ended well. */
export function cargo(...args: readonly string[]): Promise<string> {
  return cargoIn(crate, ...args);
}

/** The same, over what is in a folder. */
export async function cargoIn(cwd: string, ...args: readonly string[]): Promise<string> {
  const options = { cwd, env: environment, maxBuffer: 1 << 26 };
  const { stdout, stderr } = await promisify(execFile)('cargo', args, options);
  return stdout + stderr;
}

/** All programs in Rust; whoever comes second waits for the first, and finds them made. */
async function build(): Promise<void> {
  await promisify(execFile)('cargo', ['build', '--offline', '--quiet'], {
    cwd: join(rustFolder, 'stages'),
    env: { ...environment, RUSTFLAGS: '-D warnings' },
    maxBuffer: 1 << 26,
  });
}

const why = missing();

/** Why they cannot run; `undefined` when they can. */
function missing(): string | undefined {
  const options = { cwd: crate, stdio: 'ignore' } as const;
  try {
    execFileSync('cargo', ['--version'], options);
  } catch {
    return 'there is no cargo here';
  }
  // Those that are here already need no network.
  for (const where of [['--offline'], []]) {
    try {
      execFileSync('cargo', ['fetch', ...where], { ...options, timeout: 120_000 });
      return undefined;
    } catch {}
  }
  return 'the crates cannot be had';
}
