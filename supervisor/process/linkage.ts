import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Output } from '../../src/wire/output.ts';
import { LinkCarrier, type LinkCarrierEvents } from './link-carrier.ts';
import { makePipes, type Pipes } from './pipes.ts';

/** How a process that is about to be started will be linked: stdin, stdout and stderr stay its own. */
export interface Linkage {
  /** What it finds on its descriptors from 3 on. */
  readonly stdio: readonly (number | 'pipe')[];
  /** Which of them it reads from, and which it writes to; as its environment says it. */
  readonly descriptors: string;
  /** Once the process has been started, or could not be. */
  readonly open: (child: ChildProcess, queue: Output, events: LinkCarrierEvents) => LinkCarrier;
  /** Instead, when none will be started. */
  readonly discard: () => void;
}

const first = 3;

/** Two pipes; where there are none to be had, the socket pair that Node makes. */
export function prepareLinkage(): Linkage {
  const pipes = makePipes();
  return pipes === undefined ? overSocket : overPipes(pipes);
}

function overPipes({ ours, theirs }: Pipes): Linkage {
  return {
    stdio: [theirs.read, theirs.write],
    descriptors: `${first},${first + 1}`,
    open: (_, queue, events) => {
      closeSync(theirs.read);
      closeSync(theirs.write);
      return LinkCarrier.overPipes(ours, queue, events);
    },
    discard: () => {
      for (const { read, write } of [ours, theirs]) {
        closeSync(read);
        closeSync(write);
      }
    },
  };
}

const overSocket: Linkage = {
  stdio: ['pipe'],
  descriptors: `${first},${first}`,
  open: ({ stdio }, queue, events) =>
    LinkCarrier.overSocket(socketOf(stdio) ?? new Socket(), queue, events),
  discard: () => {},
};

/** @param stdio that one has not for which no descriptors were left to start it */
function socketOf(stdio: ChildProcess['stdio'] | undefined): Socket | undefined {
  return stdio?.[first] as Socket | undefined;
}
