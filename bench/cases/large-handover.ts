/** The supervisor's own code sends values of 1 MiB, a child takes each: deliver and taken. */
import { Supervisor } from 'handover';
import { report } from '../figure.ts';
import { largeLength, largeWarmUp } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const supervisor = new Supervisor({ name: 'bench' });
const values = supervisor.channel<Uint8Array>('values');
supervisor.stage('taker', {
  module: new URL('../peers/taker.ts', import.meta.url),
  ends: { values: values.receiver },
});

const value = new Uint8Array(largeLength).fill(0x68);
const stopwatch = new Stopwatch(largeWarmUp);
do await values.sender.send(value);
while (stopwatch.lap());
values.sender.close();
await supervisor.finished();
report(stopwatch.microseconds);
