/** A ring of four processes that counts up: prefix, delta, successor, and delta's other neighbour, the consumer. */
import { Supervisor } from 'handover';
import { report } from '../figure.ts';

/** A number goes over each of the four channels in turn. */
const sendsPerRound = 4;

await using supervisor = new Supervisor({ name: 'bench' });
const numbers = supervisor.channel<number>('prefix → delta');
const shown = supervisor.channel<number>('delta → consumer');
const copies = supervisor.channel<number>('delta → successor');
const successors = supervisor.channel<number>('successor → prefix');
const figures = supervisor.channel<number>('figures');
supervisor.stage('prefix', {
  module: new URL('../../examples/commstime/prefix.ts', import.meta.url),
  ends: { input: successors.receiver, output: numbers.sender },
});
supervisor.stage('delta', {
  module: new URL('../../examples/commstime/delta.ts', import.meta.url),
  ends: { input: numbers.receiver, left: shown.sender, right: copies.sender },
});
supervisor.stage('successor', {
  module: new URL('../../examples/commstime/successor.ts', import.meta.url),
  ends: { input: copies.receiver, output: successors.sender },
});
supervisor.stage('consumer', {
  module: new URL('../peers/consumer.ts', import.meta.url),
  ends: { input: shown.receiver, figures: figures.sender },
});
report((await figures.receiver.receive()) / sendsPerRound);
