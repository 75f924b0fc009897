/**
 * How supervisors deal with direct channels where their own options say nothing of it. TEST_DIRECT says it for a
 * whole run, and for the programs that its tests start.
 *
 * | mode       | two processes exchange values directly                                                   |
 * | ---------- | ---------------------------------------------------------------------------------------- |
 * | `ordinary` | when the channel has carried enough, as everywhere                                       |
 * | `always`   | as soon as the rules allow it (protocol 14.9), and again after each end                  |
 * | `never`    | never                                                                                    |
 * | `restless` | as soon as the rules allow it, and are parted at moments that are drawn from HANDOVER_SEED |
 */
export const forcedModes = ['always', 'never', 'restless'] as const;

export type DirectMode = 'ordinary' | (typeof forcedModes)[number];

let current = read(process.env.TEST_DIRECT);

export function directMode(): DirectMode {
  return current;
}

/** For the supervisors of this process that are made from now on. @returns what sets it back */
export function forceDirect(mode: DirectMode): () => void {
  const before = current;
  current = mode;
  return () => {
    current = before;
  };
}

function read(text = 'ordinary'): DirectMode {
  const mode = (['ordinary', ...forcedModes] as const).find((known) => known === text);
  if (mode !== undefined) return mode;
  throw new Error(`TEST_DIRECT is ${forcedModes.join(', ')}, or ordinary; not ${text}`);
}
