import { execFileSync } from 'node:child_process';

export interface Worker {
  readonly processId: number;
  readonly isStopped: boolean;
}

/** The processes that this one has started and that live. */
export function ownWorkers(): readonly Worker[] {
  return living()
    .filter(({ parent, args }) => parent === process.pid && !/^ps |handover-reaper/.test(args))
    .map(({ processId, state }) => ({ processId, isStopped: state.startsWith('T') }));
}

/** Of these, those that live: one that is dead, and that nobody has asked about, does not. */
export function livingOf(processIds: readonly number[]): readonly number[] {
  const all = new Set(living().map(({ processId }) => processId));
  return processIds.filter((processId) => all.has(processId));
}

function living() {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return listed.split('\n').flatMap((line) => {
    const [, processId, parent, state = '', args = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    const isProcess = processId !== undefined && !state.startsWith('Z');
    return isProcess ? [{ processId: Number(processId), parent: Number(parent), state, args }] : [];
  });
}
