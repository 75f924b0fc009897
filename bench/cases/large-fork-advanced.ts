/** 1 MiB over Node's own channel to a child process, and a word back. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { report } from '../figure.ts';
import { largeLength, largeWarmUp } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const child = fork(fileURLToPath(new URL('../peers/fork-acknowledge.ts', import.meta.url)), {
  serialization: 'advanced',
  execArgv: [],
});
const value = new Uint8Array(largeLength).fill(0x68);
const stopwatch = new Stopwatch(largeWarmUp);
child.on('message', () => {
  if (stopwatch.lap()) child.send(value);
  else {
    report(stopwatch.microseconds);
    child.disconnect();
  }
});
child.send(value);
