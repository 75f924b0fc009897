import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeOwnFolder } from '../../platform/litter.ts';
import { killGroup } from '../support/processes.ts';
import { programFlags } from '../support/programs.ts';
import { folderOf } from './cli/files.ts';

const linux = process.platform === 'linux';

/** Makes one of the two, tells that it is at work, and waits for ever. */
const slowMkfifo = `#!/bin/sh
/usr/bin/env -i mkfifo "$3"
echo $$ > "$TMPDIR/at-work"
exec sleep 1000
`;

test.runIf(linux)(
  'R11 what a supervisor that is killed while it starts a stage leaves is gone after the next start',
  async () => {
    const temporary = folderOf({});
    const programs = folderOf({});
    writeFileSync(join(programs, 'mkfifo'), slowMkfifo, { mode: 0o700 });
    const killed = start(temporary, `${programs}:${process.env.PATH}`);
    await vi.waitFor(() => expect(readFileSync(join(temporary, 'at-work'), 'utf8')).toMatch(/\n/), {
      timeout: 20_000,
    });
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    process.kill(Number(readFileSync(join(temporary, 'at-work'), 'utf8')));
    const [left = ''] = litterIn(temporary);
    expect(left).toMatch(new RegExp(`^handover-${killed.pid}-\\d+-\\d+-\\w{6}$`));
    expect(readdirSync(join(temporary, left))).toEqual(['down']);

    await startAndEnd(temporary);
    expect(litterIn(temporary)).toEqual([]);
  },
);

test.runIf(linux)('R11 only what is left behind is removed', async () => {
  const temporary = folderOf({});
  const [start = '', space = ''] = ownMarks();
  const here = (id: number | string, started = start) =>
    `handover-${id}-${started}-${space}-abcdef`;
  const folders = {
    'of a living supervisor': here(process.pid),
    'of one whose id is used again': here(process.pid, '1'),
    'of one that is gone': here(2 ** 22 + 1),
    'of one in another container': `handover-1-1-1-abcdef`,
    'of one in another container, of long ago': `handover-2-1-1-abcdef`,
    'of somebody else': 'handover-test-abcdef',
    'with something in it that is not of handover': here(2 ** 22 + 2),
  };
  for (const name of Object.values(folders)) mkdirSync(join(temporary, name));
  writeFileSync(join(temporary, here(2 ** 22 + 1), 'down'), '');
  writeFileSync(join(temporary, here(2 ** 22 + 2), 'letters'), '');
  utimesSync(join(temporary, folders['of one in another container, of long ago']), 1, 1);

  await startAndEnd(temporary);
  const kept = Object.entries(folders).filter(([, name]) => existsSync(join(temporary, name)));
  expect(kept.map(([what]) => what)).toEqual([
    'of a living supervisor',
    'of one in another container',
    'of somebody else',
    'with something in it that is not of handover',
  ]);
});

/** A program of its own, which starts one stage. */
function start(temporary: string, path = process.env.PATH): ChildProcess {
  const file = new URL('../fixtures/programs/supervise-one.ts', import.meta.url).pathname;
  const program = spawn(process.execPath, [...programFlags(), file, 'Node that receives'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: path, TMPDIR: temporary },
  });
  onTestFinished(() => void program.kill('SIGKILL'));
  return program;
}

async function startAndEnd(temporary: string): Promise<void> {
  const program = start(temporary);
  if (program.stdout === null) throw new Error('it has no stdout');
  const [processId] = await once(program.stdout, 'data');
  onTestFinished(() => killGroup(Number(processId)));
  program.kill('SIGTERM');
  await once(program, 'exit');
}

function litterIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('handover-'));
}

/** When this process was started, and the space of its id: as the names have them. */
function ownMarks(): readonly string[] {
  vi.stubEnv('TMPDIR', folderOf({}));
  const name = makeOwnFolder();
  vi.unstubAllEnvs();
  const [, , started = '', space = ''] = name.slice(name.lastIndexOf('/')).split('-');
  return [started, space];
}
