/** The least of commstime: the same ring over bare pipes, each value answered by one byte, and no protocol at all. */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makePipes, type PipeEnds } from '../../platform/pipes.ts';

const program = fileURLToPath(new URL('../peers/bare-ring.ts', import.meta.url));
const [numbers, shown, copies, successors] = [channel(), channel(), channel(), channel()];
const others = [
  start('delta', numbers.receiver, shown.sender, copies.sender),
  start('successor', copies.receiver, successors.sender),
  start('consumer', shown.receiver),
];
const prefix = start('prefix', successors.receiver, numbers.sender);
for (const { sender, receiver } of [numbers, shown, copies, successors]) {
  for (const { read, write } of [sender, receiver]) {
    closeSync(read);
    closeSync(write);
  }
}
prefix.once('exit', () => {
  for (const other of others) other.kill();
});

interface Channel {
  readonly sender: PipeEnds;
  readonly receiver: PipeEnds;
}

function channel(): Channel {
  const pipes = makePipes();
  if (pipes === undefined) throw new Error('no pipes can be made here');
  return { sender: pipes.ours, receiver: pipes.theirs };
}

function start(role: string, ...channels: readonly PipeEnds[]) {
  const descriptors = channels.flatMap(({ read, write }) => [read, write]);
  return spawn(process.execPath, [program, role], {
    stdio: ['ignore', 'inherit', 'inherit', ...descriptors],
  });
}
