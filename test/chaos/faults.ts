/** What is done to the stages, drawn from a seed. What comes of it depends on the machine, too. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Supervisor } from 'handover';
import type { Random } from '../model/random.ts';
import { hostile, limited } from './line.ts';

export type FaultKind = keyof typeof weights;
const weights = { SIGKILL: 5, SIGTERM: 2, SIGSEGV: 2, halt: 4, freeze: 1, recycle: 1 } as const;

export interface Fault {
  readonly kind: FaultKind;
  readonly stage: string;
  /** Of the process that it was done to; a stage is recycled as a whole. */
  readonly processId: number | undefined;
}

/**
 * Does one harm after the other until the signal says that it is enough. Now and then it waits until values have moved
 * on, so that a slow machine is not only busy with starting processes.
 */
export async function doHarm(
  supervisor: Supervisor,
  random: Random,
  enough: AbortSignal,
  note: (fault: Fault) => void,
  movedOn: () => Promise<void>,
): Promise<void> {
  const halted = new Set<Promise<void>>();
  while (!enough.aborted) {
    const kind = random.weighted(weights);
    const stages = supervisor.stages.filter(({ name }) =>
      kind === 'freeze' ? name === limited : name !== hostile,
    );
    const stage = random.of(stages);
    const forHowLong = random.below(500);
    const which = random.below(1_000);
    // Harm comes in bursts: also to those who are just starting again.
    await pause(random.below(random.chance(0.3) ? 60 : 1_000));
    if (random.chance(0.2)) await movedOn();
    if (kind === 'recycle') {
      stage.recycle();
      note({ kind, stage: stage.name, processId: undefined });
      continue;
    }
    const { processIds } = stage;
    const processId = processIds[which % processIds.length];
    if (processId === undefined || !signal(processId, signals[kind])) continue;
    note({ kind, stage: stage.name, processId });
    if (kind !== 'halt') continue;
    const goesOn = pause(forHowLong).then(() => void signal(processId, 'SIGCONT'));
    halted.add(goesOn);
    void goesOn.then(() => halted.delete(goesOn));
  }
  await Promise.all(halted);
}

/** A halted process may go on after a while; a frozen one never, unless its supervisor finds it. */
const signals = {
  SIGKILL: 'SIGKILL',
  SIGTERM: 'SIGTERM',
  SIGSEGV: 'SIGSEGV',
  halt: 'SIGSTOP',
  freeze: 'SIGSTOP',
} as const;

/** Of a process that the supervisor has not yet been told of as dead, but that is. @returns whether it was there */
function signal(processId: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(processId, name);
  } catch {
    return false;
  }
}
