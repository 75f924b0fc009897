/** Neither side is ahead of the other: whoever comes first waits, and says for how long. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Supervisor } from 'handover';

await using supervisor = new Supervisor();
const notes = supervisor.channel<string>('notes');
supervisor.stage('taker', {
  module: new URL('./taker.ts', import.meta.url),
  ends: { notes: notes.receiver },
});

for (const note of ['first', 'second']) {
  await sleep(1000);
  const start = performance.now();
  await notes.sender.send(note);
  console.log(
    `sender: waited ${Math.round(performance.now() - start)} ms until the ${note} was taken`,
  );
}
notes.sender.close();
await supervisor.finished();
