import { spawnSync } from 'node:child_process';

/** `undefined` when bubblewrap is there and may make its namespaces; else why not. */
export function canRunBubblewrap(): string | undefined {
  const { error, status, stderr } = spawnSync(
    'bwrap',
    ['--unshare-all', '--ro-bind', '/', '/', 'true'],
    { encoding: 'utf8' },
  );
  if (error !== undefined) return 'bubblewrap is not installed';
  return status === 0 ? undefined : stderr.trim();
}
