/** What to do about a death, where that can be told. The first that applies. */
import { constants } from 'node:os';
import { ProtocolError } from '../../src/errors.ts';
import type { Death } from './death.ts';
import { ownAccountOf } from './own-account.ts';

export function hintOf(death: Death): string | undefined {
  return hints.find(({ applies }) => applies(death))?.says(death);
}

interface Hint {
  readonly applies: (death: Death) => boolean;
  readonly says: (death: Death) => string;
}

const hints: readonly Hint[] = [
  {
    applies: ({ charge }) => charge instanceof ProtocolError && charge.bytes.length > 0,
    says: () =>
      "only the runtime of handover may write to the process's link, descriptors 3 and 4: print to stdout or stderr",
  },
  {
    applies: said(/ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX|ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING/),
    says: () => "Node cannot run this TypeScript by itself: give the stage loader: 'tsx'",
  },
  {
    applies: said(/ERR_ACCESS_DENIED/),
    says: () => 'it touched what its sandbox does not allow (sandbox of the stage)',
  },
  {
    applies: ({ exitCode, wasReady }) => exitCode === 0 && !wasReady,
    says: ({ greeting }) => greeting,
  },
  {
    applies: ({ cutOff, exitCode }) => cutOff !== undefined && exitCode === 0,
    says: () =>
      'it exited while a large value was on its way: let it await its sends before process.exit()',
  },
  {
    applies: ({ exitCode }) => exitCode === 13,
    says: () => 'it waited at its top level for something that can never come',
  },
  {
    applies: (death) => ownAccountOf(death) === 'killed',
    says: ({ outOfMemoryKills: kills }) =>
      kills > 0
        ? `the system has killed ${kills} ${kills === 1 ? 'process' : 'processes'} for want of memory while it ran, most likely this one: give it limits.memoryBytes`
        : 'neither the supervisor did that nor, as far as it can see, a system without memory: somebody else has',
  },
  {
    applies: (death) => signalOfShell(death) !== undefined,
    says: (death) =>
      `with ${death.exitCode} a shell says that ${signalOfShell(death)} ended its command`,
  },
];

function said(what: RegExp): (death: Death) => boolean {
  return ({ stderr }) => stderr.some((line) => what.test(line));
}

/** A shell that ran a command adds 128 to the number of the signal. */
function signalOfShell({ exitCode, charge }: Death): string | undefined {
  if (exitCode === undefined || charge !== undefined) return undefined;
  return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
}
