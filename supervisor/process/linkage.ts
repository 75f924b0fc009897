import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { makePipes, type Pipes } from '../../platform/pipes.ts';
import type { Output } from '../../src/wire/output.ts';
import { LinkCarrier, type LinkCarrierEvents } from './link-carrier.ts';

/** How a process that is about to be started will be linked: stdin, stdout and stderr stay its own. */
export interface Linkage {
  /** What it finds on its descriptors from 3 on. */
  readonly stdio: readonly Extra[];
  /** Which of them it reads from, and which it writes to; as its environment says it. */
  readonly descriptors: string;
  /** Once the process has been started, or could not be. */
  readonly open: (child: ChildProcess, queue: Output, events: LinkCarrierEvents) => LinkCarrier;
  /** Instead, when none will be started. */
  readonly discard: () => void;
}

/** Of what execa takes there: a descriptor (its types know one digit only), or a socket pair. */
type Extra = typeof first | { readonly value: 'pipe'; readonly input: true };

const first = 3;

/** Two pipes; where there are none to be had, the socket pair that Node makes. */
export function prepareLinkage(): Linkage {
  const pipes = makePipes();
  return pipes === undefined ? overSocket : overPipes(pipes);
}

function overPipes({ ours, theirs }: Pipes): Linkage {
  return {
    stdio: [theirs.read as typeof first, theirs.write as typeof first],
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
  stdio: [{ value: 'pipe', input: true }],
  descriptors: `${first},${first}`,
  open: (child, queue, events) =>
    LinkCarrier.overSocket(child.stdio[first] as Socket, queue, events),
  discard: () => {},
};
