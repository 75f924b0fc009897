/** `npm run soak`: values at full rate in each of the ways that there are. Nothing may grow. */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Course, heads } from './course.ts';
import { startLines } from './lines.ts';
import { type Sample, sampleOf } from './sample.ts';

const usage = `npm run soak -- [--minutes N]

  --minutes N   for how long (default 60); the first third is for warming up

Ends with code 1 when the memory or the descriptors of a process have grown, or where no values went.`;

const duration = 60_000 * understand();
/** Between two samples, in milliseconds. */
const interval = Math.min(Math.max(500, duration / 60), 30_000);
process.env.SOAK_INTERVAL = String(interval);
const { supervisor, samples, processes } = startLines();
const courses = new Map<string, Course>();
let received = 0;
let isWarm = false;
/** So many values, and the last buffers have been made, and the direct links. */
const warm = 200;
/** When all processes have had as many. */
const up = Promise.withResolvers<void>();
const atWork = new Set<string>();
const listening = listen();
// Who is stopped did not end well: that is how it ends.
listening.catch(() => {});
console.log(`soak for ${duration / 60_000} minutes (process ${process.pid})`);

await Promise.race([up.promise, listening]);
await pause(duration / 3);
const begin = performance.now();
isWarm = true;

while (performance.now() - begin < (2 * duration) / 3) {
  note(sampleOf('supervisor', received));
  await pause(interval);
}
isWarm = false;
await supervisor.stop({ drain: 0, terminate: 0 });

const rows = [heads, ...[...courses.values()].map((course) => course.row())];
const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
for (const row of rows) {
  console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
const breaches = [...courses.values()].flatMap((course) => course.breaches());
if (courses.size <= processes) breaches.push(`only ${courses.size} processes were heard of`);
for (const breach of breaches) console.log(`GROWN: ${breach}`);
console.log(breaches.length === 0 ? 'nothing has grown' : 'not as it should be');
process.exit(breaches.length === 0 ? 0 : 1);

async function listen(): Promise<void> {
  for await (const sample of samples) {
    received++;
    if (sample.values >= warm) atWork.add(sample.who);
    if (atWork.size === processes) up.resolve();
    note(sample);
  }
}

/** What is said while all get warm does not count. */
function note(sample: Sample): void {
  if (!isWarm) return;
  const course = courses.get(sample.who) ?? new Course(sample.who);
  courses.set(sample.who, course);
  course.add(performance.now() - begin, sample);
}

/** @returns the minutes */
function understand(): number {
  const { values } = parseArgs({
    options: { minutes: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    console.log(usage);
    process.exit(0);
  }
  const minutes = Number(values.minutes ?? '60');
  if (minutes > 0) return minutes;
  console.error(usage);
  process.exit(2);
}
