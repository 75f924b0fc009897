/** The two ways in which a process can be linked (docs/protocol.md, 1.2): how each is made, and what to write to. */
import type { ChildProcess, IOType } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { readLink, writeLink } from '../../../platform/link-descriptors.ts';
import { makePipes } from '../../../platform/pipes.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';

export const transports = ['pipes', 'socket'] as const;
export type Transport = (typeof transports)[number];

/** What is prepared before the process is started. */
export interface Cable {
  /** What it finds on its descriptors from 3 on. */
  readonly stdio: readonly (number | IOType)[];
  /** As its environment says it. */
  readonly descriptors: string;
  /** When it has been started, or could not be. */
  readonly plug: (child: ChildProcess, onRead: (chunk: Uint8Array) => void) => Plugged;
}

export interface Plugged {
  readonly input: Socket;
  readonly output: Socket;
}

const first = 3;

export function lay(transport: Transport): Cable {
  return transport === 'pipes' ? twoPipes() : oneSocket;
}

function twoPipes(): Cable {
  const pipes = makePipes();
  if (pipes === undefined) {
    throw new Problem(exitCodes.mistaken, 'no pipes are to be had here: is there a `mkfifo`?');
  }
  const { ours, theirs } = pipes;
  return {
    stdio: [theirs.read, theirs.write],
    descriptors: `${first},${first + 1}`,
    plug: (_, onRead) => {
      closeSync(theirs.read);
      closeSync(theirs.write);
      return {
        input: readLink(ours.read, false, onRead),
        output: writeLink(ours.write),
      };
    },
  };
}

const oneSocket: Cable = {
  stdio: ['pipe'],
  descriptors: `${first},${first}`,
  plug: (child, onRead) => {
    const socket = child.stdio[first] as Socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => onRead(chunk));
    return { input: socket, output: socket };
  },
};
