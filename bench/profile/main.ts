/**
 * `npm run bench -- profile [NAME]`: where the time of a case goes, by part, in all the processes that take part in its
 * laps. It needs perf, and the right to use it; the clock is enough, where the processor counts nothing for us.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { catalogue } from '../catalogue.ts';
import { figureOf } from '../figure.ts';
import { core } from '../harness.ts';
import { prepare } from '../prepare.ts';
import { table } from '../table.ts';
import { type Part, partOf, parts } from './part.ts';
import { type Sample, samplesIn } from './samples.ts';

const name = process.argv[3] ?? 'handover-child-child';
const one = catalogue.find((each) => each.name === name);
if (one === undefined || !one.hasLaps || one.runs !== 'sources') {
  console.error(
    `there is no case "${name}" that goes by laps. \`npm run bench -- --help\` names all`,
  );
  process.exit(2);
}
const ready = (await prepare([one])).get(name);
const { failed: hasNoPerf } = await execa('perf', ['record', '-o', '/dev/null', 'true'], {
  reject: false,
});
if (ready?.is !== 'ready' || hasNoPerf) {
  console.error(
    `${name} skipped: ${ready?.is === 'skipped' ? ready.why : 'perf cannot be run here'}`,
  );
  process.exit(1);
}

/** So many, that starts are over when samples are first taken, and samples are many. */
const laps = one.group.name === 'one-way' ? 1_000_000 : 200_000;
/** In milliseconds: by then V8 has compiled what it compiles. */
const notBefore = 3_000;
const perSecond = 4_000;

const folder = await mkdtemp(join(tmpdir(), 'handover-profile-'));
const processIds = new Set<number>();
try {
  const data = join(folder, 'samples');
  const { stdout } = await execa({
    env: {
      BENCH_LAPS: String(laps),
      // Who runs what is written down for perf, in files of its own choice.
      NODE_OPTIONS: '--perf-basic-prof-only-functions --interpreted-frames-native-stack',
    },
  })`taskset ${core} perf record -g -F ${perSecond} -D ${notBefore} -e cpu-clock -o ${data} -- ${ready.command}`;
  const script = execa({ maxBuffer: 1_000_000_000 })`perf script -i ${data} -F pid,ip,sym`;
  const samples = [...samplesIn((await script).stdout)];
  for (const { processId } of samples) processIds.add(processId);
  console.log(`${name}: ${one.what}\n`);
  console.log(shares(samples, figureOf(stdout)));
} finally {
  await rm(folder, { recursive: true });
  for (const processId of processIds) await rm(`/tmp/perf-${processId}.map`, { force: true });
}

/** @param microseconds of a lap, while perf looked on */
function shares(samples: readonly Sample[], microseconds: number): string {
  const counts = new Map<Part, number>();
  for (const { frames } of samples) {
    const part = partOf(frames);
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  const rows = parts.map((part) => {
    const share = (counts.get(part) ?? 0) / samples.length;
    return [part, `${(100 * share).toFixed(1)} %`, (microseconds * share).toFixed(2)];
  });
  const columns = [
    { title: 'part', align: 'left' },
    { title: 'share', align: 'right' },
    { title: 'µs of a lap', align: 'right' },
  ] as const;
  return table(columns, [...rows, ['in all', '100.0 %', microseconds.toFixed(2)]]).join('\n');
}
