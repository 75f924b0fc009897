/**
 * A stage in Python between two in Node: each uses what its language is good at. A series with which nothing can be done
 * is set aside, with the reason; the others come through. It needs a `python3` of 3.10 or later, and no package of it.
 */
import { fileURLToPath } from 'node:url';
import { type DeadLetter, Supervisor } from 'handover';
import { verdict } from '../verdict.ts';
import type { Series, Summary } from './messages.ts';

await using supervisor = new Supervisor();
const rejects = supervisor.channel<DeadLetter<Series>>('rejects');
const series = supervisor.channel<Series>('series', {
  maxAttempts: 1,
  deadLetters: rejects.sender,
});
const summaries = supervisor.channel<Summary>('summaries');
const printed = supervisor.channel<Summary>('printed');
supervisor.stage('reader', {
  module: new URL('./reader.ts', import.meta.url),
  ends: { series: series.sender },
});
supervisor.stage('summarizer', {
  command: ['python3', new URL('./summarizer.py', import.meta.url)],
  // Where the package is that the file imports. Where it is installed, this is not needed.
  env: {
    PYTHONPATH: fileURLToPath(new URL('../../child/python/src', import.meta.url)),
    PYTHONDONTWRITEBYTECODE: '1',
  },
  ends: { series: series.receiver, summaries: summaries.sender },
});
supervisor.stage('printer', {
  module: new URL('./printer.ts', import.meta.url),
  ends: { summaries: summaries.receiver, printed: printed.sender },
});

const [done, setAside] = await Promise.all([
  Array.fromAsync(printed.receiver),
  Array.fromAsync(rejects.receiver),
]);
await supervisor.finished();

for (const { value, failures } of setAside) {
  console.log(`${value.place} was set aside: ${failures[0]?.message}`);
}
const medians = done.map(({ place, median }) => `${place} ${median}`).join(', ');
verdict(
  medians === 'Cellar 11, Roof 16.5, Stove 170' && setAside.length === 1,
  `three series were summarized in Python (${medians}), and one was set aside`,
  `medians: ${medians}; ${setAside.length} set aside`,
);
