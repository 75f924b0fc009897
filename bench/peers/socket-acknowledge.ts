/** Puts the pieces of each value together, as who uses a value must, and answers with one byte. */
import { Socket } from 'node:net';
import { largeLength } from '../message.ts';

const socket = new Socket({ fd: 3 });
let value = new Uint8Array(largeLength);
let received = 0;
socket.on('data', (chunk) => {
  value.set(chunk, received);
  received += chunk.length;
  if (received < largeLength) return;
  value = new Uint8Array(largeLength);
  received = 0;
  socket.write('k');
});
