// What every worker does with a job, whoever gave it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {{ id: number, act: string, folder: string }} job `folder` is where jobs leave word of themselves */
export async function work({ id, act, folder }) {
  if (act !== 'answer') await acts[act](join(folder, `${act}-${id}`), folder);
  return id * 2;
}

const acts = {
  'kill itself': (mark) => once(mark, () => process.kill(process.pid, 'SIGKILL')),
  'kill itself each time': () => process.kill(process.pid, 'SIGKILL'),
  exit: (mark) => once(mark, () => process.exit(0)),
  'exit with 1': (mark) => once(mark, () => process.exit(1)),
  'answer and exit': (mark) => once(mark, () => void setImmediate(() => process.exit(0))),
  spin: (mark) => once(mark, spin),
  'stop itself': (mark) => once(mark, () => process.kill(process.pid, 'SIGSTOP')),
  'wait for ever': (_, folder) => {
    started(folder);
    return new Promise((resolve) => setTimeout(resolve, 3_600_000));
  },
  'spin for ever': (_, folder) => {
    started(folder);
    spin();
  },
};

/** Who gets the same job again after that is not harmed by it. */
function once(mark, act) {
  try {
    writeFileSync(mark, '', { flag: 'wx' });
  } catch {
    return undefined;
  }
  return act();
}

function started(folder) {
  writeFileSync(join(folder, `started-${process.pid}`), '');
}

function spin() {
  for (;;);
}
