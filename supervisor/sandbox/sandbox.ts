import type { BubblewrapSandbox } from './bubblewrap.ts';
import type { NodeSandbox } from './permissions.ts';

/**
 * What a process can touch. `node`: Node's permission model, for modules that are trusted and may be wrong; native
 * code and threads are beyond it. `bubblewrap`: the system sees to it, for any program; bubblewrap must be installed.
 */
export type Sandbox = NodeSandbox | BubblewrapSandbox;

export interface SandboxOptions {
  /** Default: none. */
  readonly sandbox?: Sandbox;
}
