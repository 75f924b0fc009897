import type { DeadLetter, Supervisor } from 'handover';

/** Where the values are that an example handed to a stage which may crash. */
export interface Balance {
  readonly sent: number;
  /** How many came out, each counted once. */
  readonly out: number;
  readonly setAside: readonly DeadLetter<string | number>[];
}

/** Prints it, with what was tried. @returns whether no value is missing, and none is there twice */
export function balance(supervisor: Supervisor, { sent, out, setAside }: Balance): boolean {
  for (const { value, attempts, failures } of setAside) {
    const why = failures.at(-1)?.message;
    console.log(`set aside: ${shortened(value)}, after ${counted(attempts, 'attempt')}: ${why}`);
  }
  const restarts = supervisor.report().stages.reduce((sum, stage) => sum + stage.restarts, 0);
  console.log(
    `${sent} in = ${out} out + ${setAside.length} set aside; ${counted(restarts, 'restart')}`,
  );
  return sent === out + setAside.length;
}

function shortened(value: string | number): string {
  const text = String(value);
  return text.length <= 50 ? text : `${text.slice(0, 49)}…`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
