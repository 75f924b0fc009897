/** Writes a line of JSON for each file, and hands over the sums when all are written. */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stage } from 'handover/child';
import type { WriterEnds } from './messages.ts';
import { Sums } from './sums.ts';

const report = resolve('census.jsonl');
const { facts, summary } = await stage<WriterEnds>();
const sums = new Sums();

let written = 0;

const file = await open(report, 'w');
for await (const record of facts) {
  await file.write(`${JSON.stringify(record)}\n`);
  written++;
  sums.add(record);
}
await file.close();
await summary.send({ report, written, ...sums.summary() });
