#!/usr/bin/env node
import { leaveFirstProcess } from './first-process.ts';
import { handover } from './program.ts';

leaveFirstProcess();

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads along may leave, as `| head` does, and a terminal may be closed: the work goes on.
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

const exitCode = await handover(process.argv.slice(2));
// Whatever the topology's code has left open is over, too; but what it printed is out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
