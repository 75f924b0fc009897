/** Reads the thermometers: here they are a table. One of them has failed after its first value. */
import { type Sender, stage } from 'handover/child';
import type { Series } from './messages.ts';

const { series } = await stage<{ series: Sender<Series> }>();
await series.sendAll([
  { place: 'Cellar', degrees: [11, 11.5, 11, 11.5, 11, 11] },
  { place: 'Roof', degrees: [9, 14, 22, 27, 19, 12] },
  { place: 'Shed', degrees: [8.5] },
  { place: 'Stove', degrees: [20, 80, 140, 200, 260, 320] },
]);
