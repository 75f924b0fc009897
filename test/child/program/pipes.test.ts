import type { SpawnOptions } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { makeStandardPipes, type StandardPipes } from '../../../child/program/pipes.ts';

/** What is started where the shell would be. */
let instead: readonly [string, ...string[]] | undefined;

vi.mock('node:child_process', async (original) => {
  const { spawn, ...others } = await original<typeof import('node:child_process')>();
  return {
    ...others,
    spawn: (file: string, args: readonly string[], options: SpawnOptions) => {
      const [program, ...words] = instead ?? [file, ...args];
      return spawn(program, words, options);
    },
  };
});

afterEach(() => {
  instead = undefined;
});

const descriptors = () => readdirSync('/proc/self/fd').length;
const children = () =>
  readdirSync('/proc/self/task').flatMap((id) =>
    readFileSync(`/proc/self/task/${id}/children`, 'utf8').split(' ').filter(Boolean),
  );

function close({ stdin, stdout, stderr }: StandardPipes): void {
  for (const { read, write } of [stdin, stdout, stderr])
    for (const one of [read, write]) closeSync(one);
}

function carries({ read, write }: StandardPipes['stdin']): string {
  writeSync(write, 'bytes');
  const buffer = Buffer.alloc(9);
  return buffer.toString('utf8', 0, readSync(read, buffer));
}

test('each pipe carries bytes, and can be opened when its other side is gone', async () => {
  const pipes = await makeStandardPipes();
  for (const pipe of [pipes.stdin, pipes.stdout, pipes.stderr]) {
    expect(carries(pipe)).toBe('bytes');
    closeSync(pipe.write);
    // It would wait here for ever.
    const again = openSync(`/proc/self/fd/${pipe.read}`, 'r');
    expect(readSync(again, Buffer.alloc(1))).toBe(0);
    closeSync(again);
    closeSync(pipe.read);
  }
});

test('who made them is gone when they are there: so who writes when nobody reads any more is told', async () => {
  await makeStandardPipes().then(close);
  const [before, none] = [descriptors(), children()];
  const pipes = await makeStandardPipes();
  expect(children()).toEqual(none);
  for (const { read, write } of [pipes.stdin, pipes.stdout, pipes.stderr]) {
    closeSync(read);
    expect(() => writeSync(write, 'bytes')).toThrow('EPIPE');
    closeSync(write);
  }
  expect(descriptors()).toBe(before);
});

describe('where a shell cannot be had or looked into, they are pipes that had names', () => {
  test.each([
    ['there is none', ['/there/is/nothing']],
    ['it ends at once', ['/bin/sh', '-c', 'exit 1']],
    ['it says nothing that is a process', ['/bin/sh', '-c', 'echo nothing; read -r rest']],
    ['it is killed', ['/bin/sh', '-c', 'kill -9 $$']],
    ['what it holds is no pipe', ['/bin/sh', '-c', 'exec 3</dev/null; echo $$; read -r rest']],
  ] as const)('%s', async (_, command) => {
    await makeStandardPipes().then(close);
    instead = command;
    const [before, none] = [descriptors(), children()];
    const pipes = await makeStandardPipes();
    for (const pipe of [pipes.stdin, pipes.stdout, pipes.stderr])
      expect(carries(pipe)).toBe('bytes');
    close(pipes);
    expect(children()).toEqual(none);
    expect(descriptors()).toBe(before);
  });
});
