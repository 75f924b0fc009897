/**
 * In a container the command is often process 1, which the system treats in its own way: a signal that it has no
 * handler for does not reach it, and every process whose parent has died becomes its child, which stays a zombie
 * until somebody asks how it ended. Node does not ask. So process 1 becomes a shell that does both, with the
 * command as its child.
 */
import { existsSync } from 'node:fs';

const shell = '/bin/sh';

/** Does not return when this is process 1, and there is a shell. */
export function leaveFirstProcess(): void {
  if (process.pid !== 1 || process.execve === undefined || !existsSync(shell)) return;
  const [node = process.execPath, ...commandLine] = [
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ];
  process.execve(shell, ['sh', '-c', firstProcessScript, 'handover', node, ...commandLine]);
}

/**
 * What process 1 runs: it is handed the command. Signals go on to the command. A wait that a signal has cut short is begun again.
 */
const firstProcessScript = `
exec 3<&0
"$@" <&3 3<&- &
child=$!
exec 3<&-
forward() { kill -"$1" "$child" 2>/dev/null; isCut=1; }
trap 'forward TERM' TERM
trap 'forward HUP' HUP
trap 'forward INT' INT
isCut=1
while [ "$isCut" = 1 ]; do
  isCut=0
  wait "$child"
  code=$?
done
exit "$code"
`;
