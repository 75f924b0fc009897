import { setTimeout as sleep } from 'node:timers/promises';
import { type Receiver, stage } from 'handover/child';

const { notes } = await stage<{ notes: Receiver<string> }>();
await sleep(2000);
for (const note of ['first', 'second']) {
  const start = performance.now();
  await notes.receive();
  console.log(`waited ${Math.round(performance.now() - start)} ms for the ${note}`);
}
