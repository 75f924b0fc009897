/** The least that Node can do: 1 MiB over a bare socket pair, and one byte back when all of it is there. */
import { report } from '../figure.ts';
import { largeLength, largeWarmUp } from '../message.ts';
import { startOverSocket } from '../peers/start-over-socket.ts';
import { Stopwatch } from '../stopwatch.ts';

const { socket } = startOverSocket(new URL('../peers/socket-acknowledge.ts', import.meta.url));
const value = new Uint8Array(largeLength).fill(0x68);
const stopwatch = new Stopwatch(largeWarmUp);
socket.on('data', () => {
  if (stopwatch.lap()) socket.write(value);
  else {
    report(stopwatch.microseconds);
    socket.end();
  }
});
socket.write(value);
