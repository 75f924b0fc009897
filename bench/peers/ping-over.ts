import type { Duplex } from 'node:stream';
import { messageBytes, messageLength } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

/** Plays ping-pong with the echo at the other end of a socket. Microseconds per round trip. */
export function pingOver(socket: Duplex): Promise<number> {
  const stopwatch = new Stopwatch();
  return new Promise((resolve) => {
    let received = 0;
    socket.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
      if (received < messageLength) return;
      received = 0;
      if (stopwatch.lap()) socket.write(messageBytes);
      else resolve(stopwatch.microseconds);
    });
    socket.write(messageBytes);
  });
}
