/** `node bench/phases.ts [--spare]`, after `npm run build`: where the time of a recovery goes. */
import { argv } from 'node:process';
import { type Recovery, recoveries } from './peers/recoveries.ts';
import { spreadOf } from './spread.ts';
import { table } from './table.ts';

const spare = argv.includes('--spare') ? 1 : 0;
const count = 25;

const phases: readonly (readonly [keyof Recovery, string])[] = [
  ['crashed', 'SIGKILL → its death and its last words are known'],
  ['started', '→ the next process is started: two pipes, spawn'],
  ['booting', '→ Node begins'],
  ['imported', '→ Node is up, and the runtime is imported'],
  ['welcomed', '→ hello, welcome: it has its ends'],
  ['given', '→ it asks, and its code has the value'],
  ['taken', '→ the sender knows'],
];
const spareWaits: readonly (keyof Recovery)[] = ['started', 'booting', 'imported'];

const all = await recoveries(spare, count);
const shown = phases.filter(([phase]) => spare === 0 || !spareWaits.includes(phase));
const total = middle(({ taken }) => taken);
const rows = shown.map(([phase, what], index) => {
  const before = shown[index - 1]?.[0];
  const took = middle((one) => one[phase] - (before === undefined ? 0 : one[before]));
  return [what, took.toFixed(1), `${((100 * took) / total).toFixed(0)} %`];
});
const columns = [
  { title: spare === 0 ? 'cold' : 'with a spare', align: 'left' },
  { title: 'ms', align: 'right' },
  { title: 'share', align: 'right' },
] as const;
console.log(table(columns, [...rows, ['in all', total.toFixed(1), '']]).join('\n'));

function middle(of: (one: Recovery) => number): number {
  return spreadOf(all.map(of)).median;
}
