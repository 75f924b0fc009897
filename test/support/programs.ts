import { directMode } from '../direct/mode.ts';

/** What Node is told for a program of ours with a supervisor: to run from the sources, in the mode of the run. */
export function programFlags(): readonly string[] {
  const flags = ['--conditions=handover-source'];
  if (directMode() === 'ordinary') return flags;
  return [...flags, `--import=${new URL('../direct/preload.ts', import.meta.url).href}`];
}
