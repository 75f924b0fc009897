/** The thread of `pulse.ts`. */
import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** What this thread answers itself, and what is for the main thread. No other byte is a question. */
const alive = 1;
const lettingGo = 2;
/** How long, in milliseconds, the main thread has to end the process in its own way. */
const grace = 300;

const socket = new Socket({ fd: workerData as number, readable: true, writable: true });
socket.on('data', (questions: Buffer) => {
  for (const question of questions) {
    if (question === alive) answer(question);
    else if (question === lettingGo) parentPort?.postMessage(question);
  }
});
parentPort?.on('message', answer);
parentPort?.postMessage(0);
socket.on('error', () => {});
socket.on('close', () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), grace));

function answer(question: number): void {
  socket.write(Uint8Array.of(question));
}
