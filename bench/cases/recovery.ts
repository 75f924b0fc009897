/** How long a stage is away: from the SIGKILL of its process to the next value taken by another. */
import { argv } from 'node:process';
import { report } from '../figure.ts';
import { recoveries } from '../peers/recoveries.ts';
import { spreadOf } from '../spread.ts';

const [, , spare = '0'] = argv;
const count = 12;

const all = await recoveries(Number(spare), count);
report(spreadOf(all.map(({ taken }) => taken)).median);
