/** What a rendezvous costs that was written by hand: the floor of one whose values are in msgpack and whose sends are awaited. */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makePipes } from '../../platform/pipes.ts';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { senderByHand } from '../peers/by-hand.ts';
import { Stopwatch } from '../stopwatch.ts';

const pipes = makePipes();
if (pipes === undefined) throw new Error('no pipes can be made here');
const { ours, theirs } = pipes;
spawn(process.execPath, [fileURLToPath(new URL('../peers/take-by-hand.ts', import.meta.url))], {
  stdio: ['ignore', 'inherit', 'inherit', theirs.read, theirs.write],
});
closeSync(theirs.read);
closeSync(theirs.write);

const stopwatch = new Stopwatch();
const sender = senderByHand(ours.read, ours.write, () => closeSync(ours.write));
do await sender.send(messageBytes);
while (stopwatch.lap());
sender.close();
report(stopwatch.microseconds);
