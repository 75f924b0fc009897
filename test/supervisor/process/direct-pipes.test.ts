import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DirectPipes } from '../../../src/direct/meetings.ts';
import { makeDirectPipes } from '../../../supervisor/process/direct-pipes.ts';
import { prepareLinkage } from '../../../supervisor/process/linkage.ts';
import { folderOf } from '../cli/files.ts';

const linux = process.platform === 'linux';
let folder: string;
let programs: string;

beforeEach(() => {
  folder = folderOf({});
  programs = folderOf({});
  vi.stubEnv('TMPDIR', folder);
  return () => vi.unstubAllEnvs();
});

describe('§14.3 the pipes of a direct link', () => {
  test('§14.3 each side opens its two without waiting for the other, and is at no end before', async () => {
    const { toReceiver, toSender, release } = await made();
    const [read, write] = [forReading(toReceiver), forWriting(toSender)];
    expect(() => readSync(read, new Uint8Array(1))).toThrow('EAGAIN');
    writeSync(write, 'early');
    expect(textFrom(forReading(toSender))).toBe('early');
    release();
  });

  test('§14.3 once they are released, a pipe is at its end when its writer has closed it', async () => {
    const { toReceiver, release } = await made();
    const [read, write] = [forReading(toReceiver), forWriting(toReceiver)];
    release();
    writeSync(write, 'late');
    expect(textFrom(read)).toBe('late');
    expect(() => readSync(read, new Uint8Array(1))).toThrow('EAGAIN');
    closeSync(write);
    expect(textFrom(read)).toBe('');
  });

  test('§14.3 who comes when they are released finds no file', async () => {
    const { toReceiver, toSender, release } = await made();
    release();
    expect(() => forReading(toReceiver)).toThrow('ENOENT');
    expect(() => forWriting(toSender)).toThrow('ENOENT');
  });

  test('R10 nobody else may open them', async () => {
    const { toReceiver, toSender } = await made();
    for (const path of [toReceiver, toSender]) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(toReceiver, '..')).mode & 0o777).toBe(0o700);
  });
});

describe.runIf(linux)('R11 nothing is left of them', () => {
  test('R11 when they are released, also twice', async () => {
    const before = descriptors();
    const pipes = await made();
    expect(descriptors().length).toBe(before.length + 2);
    pipes.release();
    // The number of a descriptor that was closed is soon that of another.
    const other = openSync(folder, constants.O_RDONLY);
    pipes.release();
    closeSync(other);
    expect(descriptors()).toEqual(before);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('R11 when something else was put into their folder, that is left alone', async () => {
    const before = descriptors();
    const { toReceiver, release } = await made();
    writeFileSync(join(toReceiver, '..', 'note'), '');
    release();
    expect(descriptors()).toEqual(before);
    expect(readdirSync(join(toReceiver, '..'))).toEqual(['note']);
  });

  test('R11 a process that is started meanwhile does not have them', async () => {
    await made();
    expect(openIn(process.pid).filter((path) => path.startsWith(folder))).toHaveLength(2);
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    expect(openIn(child.pid).filter((path) => path.startsWith(folder))).toEqual([]);
  });

  test.each([
    ['there is no mkfifo', ''],
    ['mkfifo fails', 'exit 1'],
    ['only one can be made', '/usr/bin/env -i mkfifo "$3"\nexit 1'],
    ['one is not made, although mkfifo says so', '/usr/bin/env -i mkfifo "$3"'],
  ])('R11 when %s, there are none', async (_, script) => {
    const before = descriptors();
    if (script !== '') {
      writeFileSync(join(programs, 'mkfifo'), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    }
    vi.stubEnv('PATH', programs);
    expect(await makeDirectPipes()).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    await vi.waitFor(() => expect(descriptors()).toEqual(before), { interval: 1 });
  });

  test('R11 where no temporary files can be made, there are none', async () => {
    vi.stubEnv('TMPDIR', join(folder, 'not-there'));
    expect(await makeDirectPipes()).toBeUndefined();
  });

  test('R11 what a supervisor that is killed leaves is gone after the next start', async () => {
    const file = new URL('../../fixtures/programs/hold-direct-pipes.ts', import.meta.url).pathname;
    const killed = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void killed.kill('SIGKILL'));
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(readdirSync(folder)).toHaveLength(1);
    // With the first link of a process, once in its life.
    prepareLinkage().discard();
    expect(readdirSync(folder)).toEqual([]);
  });
});

async function made(): Promise<DirectPipes> {
  const pipes = await makeDirectPipes();
  if (pipes === undefined) throw new Error('no pipes can be made here');
  onTestFinished(() => pipes.release());
  return pipes;
}

function forReading(path: string): number {
  return opened(path, constants.O_RDONLY);
}

function forWriting(path: string): number {
  return opened(path, constants.O_WRONLY);
}

function opened(path: string, flags: number): number {
  return openSync(path, flags | constants.O_NONBLOCK);
}

function textFrom(descriptor: number): string {
  const bytes = Buffer.alloc(100);
  return bytes.toString('utf8', 0, readSync(descriptor, bytes));
}

function descriptors(): readonly string[] {
  return readdirSync('/proc/self/fd').toSorted();
}

/** What a process has open. */
function openIn(processId: number | undefined): readonly string[] {
  const place = `/proc/${processId}/fd`;
  return readdirSync(place).map((descriptor) => {
    try {
      return readlinkSync(join(place, descriptor));
    } catch {
      return 'closed';
    }
  });
}
