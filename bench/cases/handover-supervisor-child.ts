/** The supervisor's own code sends, a child takes: deliver and taken, two hops. */
import { Supervisor } from 'handover';
import { report } from '../figure.ts';
import { messageBytes } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const supervisor = new Supervisor({ name: 'bench' });
const values = supervisor.channel<Uint8Array>('values');
supervisor.stage('taker', {
  module: new URL('../peers/taker.ts', import.meta.url),
  ends: { values: values.receiver },
});

const stopwatch = new Stopwatch();
do await values.sender.send(messageBytes);
while (stopwatch.lap());
values.sender.close();
await supervisor.finished();
report(stopwatch.microseconds);
