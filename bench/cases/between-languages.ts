/** A stage in one language sends, a stage in another takes: how the values go there is the supervisor's affair. */
import { argv } from 'node:process';
import { Supervisor } from 'handover';
import { report } from '../figure.ts';
import { languages } from '../languages/languages.ts';

const [from, to] = argv.slice(2, 4).map((word) => languages.find(({ name }) => name === word));
if (from === undefined || to === undefined) throw new Error('from which language to which?');
const supervisor = new Supervisor({ name: 'bench' });
const values = supervisor.channel<Uint8Array>('values');
const figures = supervisor.channel<number>('figures');
supervisor.stage('sender', {
  ...from.sender,
  ends: { values: values.sender, figures: figures.sender },
});
supervisor.stage('taker', { ...to.taker, ends: { values: values.receiver } });

const figure = await figures.receiver.receive();
await supervisor.finished();
report(figure);
