/** The least of one way: small objects in msgpack over bare pipes, 64 at once, each answered when it is there. */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makePipes } from '../../platform/pipes.ts';

const pipes = makePipes();
if (pipes === undefined) throw new Error('no pipes can be made here');
const { ours, theirs } = pipes;
for (const [program, { read, write }] of [
  ['bare-taker.ts', theirs],
  ['bare-sender.ts', ours],
] as const) {
  spawn(process.execPath, [fileURLToPath(new URL(`../peers/${program}`, import.meta.url))], {
    stdio: ['ignore', 'inherit', 'inherit', read, write],
  });
  closeSync(read);
  closeSync(write);
}
