/** Writes the report: a line for each second in which something is new. It has the last word on all of them. */
import { type Receiver, type Sender, stage } from 'handover/child';
import type { Finding, Report, Sound } from './messages.ts';

/** In hertz: a short second is heard less exactly. */
const close = 3;

const { findings, report } = await stage<{
  findings: Receiver<Finding>;
  report: Sender<Report>;
}>();
const heard: Sound[] = [];
let rows = 0;
let outliers = 0;
for await (const finding of findings) {
  const { second, strength } = finding;
  const news = finding.hertz.filter((hertz) => heard.every((old) => !isClose(old.hertz, hertz)));
  heard.push(...news.map((hertz) => ({ hertz, since: second })));
  rows += finding.rows;
  outliers += finding.outliers;
  const what = [
    ...news.map((hertz) => `${hertz} Hz`),
    ...(finding.outliers > 0 ? [`outliers: ${finding.outliers}`] : []),
  ];
  if (what.length === 0) continue;
  console.log(`second ${String(second).padStart(2)}, ${strength.toFixed(2)} g: ${what.join(', ')}`);
}
await report.send({ rows, outliers, heard });

function isClose(one: number, other: number): boolean {
  return Math.abs(one - other) < close;
}
