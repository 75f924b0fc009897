import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { TopologyError } from '../../src/errors.ts';
import type { Command } from '../command/command.ts';
import { packageOf, pathsOf, runtimeFolders } from './paths.ts';

/** A file system, a process table and a network of its own, made by bubblewrap (`bwrap`). */
export interface BubblewrapSandbox {
  readonly by: 'bubblewrap';
  /** What it can read, beside the system's programs, Node and handover. Default: the package of the module. */
  readonly read?: readonly (string | URL)[];
  /** What it can write. /tmp is always there, empty, and gone with the process. Default: nothing. */
  readonly write?: readonly (string | URL)[];
  /** Whether it can use the network. Default false. */
  readonly network?: boolean;
}

/** The same command inside of it. */
export function inBubblewrap(
  program: string,
  command: Command,
  module: string,
  { read = [packageOf(module)], write = [], network = false }: BubblewrapSandbox,
): Command {
  const readable = [
    dirname(dirname(process.execPath)),
    ...runtimeFolders(),
    module,
    ...pathsOf(read),
  ];
  return {
    ...command,
    // It stands twice in line: outside, and as the first process inside.
    starters: command.starters === 0 ? 0 : command.starters + 2,
    file: program,
    args: [
      '--die-with-parent',
      '--new-session',
      '--unshare-all',
      ...(network ? ['--share-net'] : []),
      ...system.flatMap((path) => ['--ro-bind-try', path, path]),
      ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
      ...readable.flatMap((path) => ['--ro-bind', path, path]),
      ...pathsOf(write).flatMap((path) => ['--bind', path, path]),
      ...['--chdir', command.folder, '--', command.file, ...command.args],
    ],
  };
}

/** @throws TopologyError when it is not installed */
export function findBubblewrap(stage: string, path = process.env.PATH ?? ''): string {
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, 'bwrap'))
    .find(isProgram);
  if (found !== undefined) return found;
  throw new TopologyError(
    `stage "${stage}": there is no bwrap on the PATH: install bubblewrap, or use the sandbox { by: 'node' }`,
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const system = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc/alternatives', '/etc/ld.so.cache'],
  ...['/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/ssl', '/etc/pki', '/etc/ca-certificates'],
  ...['/etc/hosts', '/etc/nsswitch.conf', '/etc/resolv.conf', '/etc/localtime'],
];
