/** A line of a shell in which `handover` stands for the command from these sources. */
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import { expect, onTestFinished } from 'vitest';
import { programFlags } from '../../../support/programs.ts';
import { folderOf } from '../files.ts';

const main = fileURLToPath(new URL('../../../../supervisor/cli/main.ts', import.meta.url));
const child = JSON.stringify(new URL('../../../../child/node/index.ts', import.meta.url).href);

export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with stages, and a place where those of one test find each other. */
export interface Place {
  readonly folder: string;
  /** What is announced there now. */
  announced(): readonly string[];
  /** To its end. What it has started is gone with the test. */
  run(line: string, shell?: string): Promise<Ended>;
}

/** @param stages the code of each, by the name of its file; it has `input`, `output` and `tell`, which adds a line to a file */
export function placeWith(stages: Readonly<Record<string, string>>): Place {
  const folder = folderOf({
    'package.json': '{"type":"module"}',
    'bin/handover': `#!/bin/sh\nexec ${[process.execPath, ...programFlags(), main].join(' ')} "$@"\n`,
    // As ssh does it: what goes in and comes out passes through pipes of its own.
    'bin/ssh': '#!/bin/sh\nshift\ncat | sh -c "$*" | cat\n',
    ...Object.fromEntries(
      Object.entries(stages).map(([name, code]) => [name, `${beginning}${code}\n`]),
    ),
  });
  for (const name of ['handover', 'ssh']) chmodSync(join(folder, 'bin', name), 0o755);
  const runtime = join(folder, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  return {
    folder,
    announced: () => readdirSync(join(runtime, 'handover')),
    run: (line, shell = 'bash') => run(shell, line, folder, runtime),
  };
}

const beginning = `import { appendFileSync } from 'node:fs';
import { stage } from ${child};
const { input, output } = await stage();
const tell = (file, text) => appendFileSync(file, text + '\\n');
`;

/** Its processes are a group, which is ended with the test. */
async function run(shell: string, line: string, cwd: string, runtime: string): Promise<Ended> {
  const subprocess = execa(shell, ['-c', line], {
    cwd,
    env: { PATH: `${join(cwd, 'bin')}:${process.env.PATH}`, XDG_RUNTIME_DIR: runtime },
    reject: false,
    stdin: 'ignore',
    detached: true,
  });
  onTestFinished(async () => {
    try {
      process.kill(-(subprocess.pid ?? Number.NaN), 'SIGKILL');
    } catch (error) {
      expect(error).toMatchObject({ code: 'ESRCH' });
    }
    await subprocess;
  });
  const { exitCode, stdout, stderr } = await subprocess;
  return { exitCode, stdout, stderr };
}

/** Of what a stage has told, or a line has written there. */
export function linesOf({ folder }: Place, file: string): readonly string[] {
  return readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1);
}

/** In bash: the exit codes of all in the line before. */
export const echoCodes = `echo $\{PIPESTATUS[@]}`;

/** Of those that this machine has; the others are told. */
export const shells = ['bash', 'dash', 'zsh'].map((name) => ({
  name,
  isInstalled: execaSync('sh', ['-c', `command -v ${name}`], { reject: false }).exitCode === 0,
}));

/** What is said of a neighbour that is none. */
export const plainReader = (name?: string) =>
  `handover stage: the reader of stdout is no handover stage${name === undefined ? '' : ` (${name})`}: a send completes when its line was written, not when it was taken`;

export const plainWriter =
  'handover stage: the writer of stdin is no handover stage: it goes on when its line is written, not when it was taken';
