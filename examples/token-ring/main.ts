/** A token goes round a ring of 64 processes, and comes back with the number of every process that had it. */
import { Supervisor } from 'handover';
import { verdict } from '../verdict.ts';
import type { Token } from './place.ts';

const places = 64;
const rounds = 10;

await using supervisor = new Supervisor();
const first = supervisor.channel<Token>('to place 1');
let input = first.receiver;
for (let place = 1; place <= places; place++) {
  const output = supervisor.channel<Token>(`from place ${place}`);
  supervisor.stage(`place ${place}`, {
    module: new URL('./place.ts', import.meta.url),
    args: [String(place)],
    ends: { input, output: output.sender },
  });
  input = output.receiver;
}

// This program closes the ring: what comes from the last place, it gives to the first.
let token: Token = [];
for (let round = 1; round <= rounds; round++) {
  const start = performance.now();
  await first.sender.send(token);
  token = await input.receive();
  const note = round === 1 ? ', in which the processes started' : '';
  console.log(`round ${round}: ${(performance.now() - start).toFixed(1)} ms${note}`);
}
// The first place ends when nobody can send to it any more, then the second, and so on round the ring.
first.sender.close();
await supervisor.finished();

verdict(
  token.length === places * rounds && token.every((place, hop) => place === (hop % places) + 1),
  `${token.length} hops: ${places} processes had the token ${rounds} times each, in order`,
  `the token was to visit places 1 to ${places} in order, ${rounds} times; it has been at ${token.join(' ')}`,
);
