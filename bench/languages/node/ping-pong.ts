/** The least that two processes in Node can do over two pipes: 24 bytes there, a byte back. */
import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readLink } from '../../../platform/link-descriptors.ts';
import { makePipes } from '../../../platform/pipes.ts';
import { report } from '../../figure.ts';
import { messageBytes } from '../../message.ts';
import { Stopwatch } from '../../stopwatch.ts';

const pipes = makePipes();
if (pipes === undefined) throw new Error('no pipes can be made here');
const { ours, theirs } = pipes;
spawn(process.execPath, [fileURLToPath(new URL('answer.ts', import.meta.url))], {
  stdio: ['ignore', 'inherit', 'inherit', theirs.read, theirs.write],
});
closeSync(theirs.read);
closeSync(theirs.write);

const stopwatch = new Stopwatch();
const input = readLink(ours.read, false, () => {
  if (stopwatch.lap()) writeSync(ours.write, messageBytes);
  else {
    report(stopwatch.microseconds);
    closeSync(ours.write);
    input.destroy();
  }
});
writeSync(ours.write, messageBytes);
