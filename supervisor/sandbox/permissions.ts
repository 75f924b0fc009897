import { TopologyError } from '../../src/errors.ts';
import type { StageLimits } from '../limits/limits.ts';
import { packageOf, pathsOf, runtimeFolders } from './paths.ts';

/** What Node itself allows a module to do. What it may not do fails in its own code, with ERR_ACCESS_DENIED. */
export interface NodeSandbox {
  readonly by: 'node';
  /** Folders and files that it may read, beside the module itself and handover. Default: its package. */
  readonly read?: readonly (string | URL)[];
  /** Those that it may write. Default: none. */
  readonly write?: readonly (string | URL)[];
  /** Whether it may start processes, which nothing holds back any more. Default false. */
  readonly childProcess?: boolean;
  /** Whether it may start threads, which nothing holds back any more. Default false. */
  readonly worker?: boolean;
  /** Whether it may load native code, which nothing holds back. Default false. */
  readonly addons?: boolean;
  /** Whether it may use the network. Default true. Only a Node with `--allow-net` can forbid it: 25 and newer. */
  readonly network?: boolean;
}

/** @throws TopologyError what is asked for is beyond this Node */
export function permissionFlags(
  stage: string,
  module: string,
  sandbox: NodeSandbox,
  limits: StageLimits,
): readonly string[] {
  const { read = [packageOf(module)], write = [], childProcess, worker, addons, network } = sandbox;
  if ((limits.silence ?? limits.busy) !== undefined && worker !== true) {
    throw new TopologyError(
      `stage "${stage}": limits.silence and limits.busy take a thread in the process, and threads are beyond the sandbox of Node: allow them with worker: true, or use { by: 'bubblewrap' }`,
    );
  }
  if (network === false && !knowsNetwork) {
    throw new TopologyError(
      `stage "${stage}": this Node (${process.version}) cannot forbid the network: use one with --allow-net, or { by: 'bubblewrap' }`,
    );
  }
  const readable = [...runtimeFolders(), module, ...pathsOf(read)];
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...pathsOf(write).map((path) => `--allow-fs-write=${path}`),
    ...(childProcess === true ? ['--allow-child-process'] : []),
    ...(worker === true ? ['--allow-worker'] : []),
    ...(addons === true ? ['--allow-addons'] : []),
    ...(knowsNetwork && network !== false ? ['--allow-net'] : []),
  ];
}

const knowsNetwork = process.allowedNodeEnvironmentFlags.has('--allow-net');
