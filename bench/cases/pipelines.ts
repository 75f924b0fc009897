/**
 * So many pipelines at once, of two processes each, which exchange values directly and as fast as they can. `time`: what
 * one value takes of one core, if all cores are at work; `share`: what the supervisor takes of the processor time of all.
 * `one-core`: with one core alone, also where the bench is not pinned. `crowded`: beside 15 bare pipelines, each scheduled
 * on its own, as stages are; then the processor time of what is ours is counted.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { argv, pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { Supervisor } from 'handover';
import { report } from '../figure.ts';
import { type Count, cpuSince, type Turn } from '../peers/pumped.ts';

/** When that is over, all go directly. */
const together = { values: 1, milliseconds: 0 };
const measured = { values: 0, milliseconds: 4_000 };

const [, , count, what, where] = argv;
if (where === 'one-core' && availableParallelism() > 1) {
  await execa('taskset', ['-a', '-c', '-p', '0', String(pid)]);
}
const crowd = where === 'crowded' ? Array.from({ length: 15 }, barePipeline) : [];

const supervisor = new Supervisor({ name: 'bench' });
const counts = supervisor.channel<Count>('counts');
const turns = Array.from({ length: Number(count) }, (_, index) => pipeline(index));
await turn(together);

const before = process.cpuUsage();
const processes = await turn(measured);
const ours = cpuSince(before);
const values = sum(processes.map((one) => one.values));
const all = ours + sum(processes.map(({ cpu }) => cpu));
if (what === 'share') report((100 * ours) / all);
else if (where === 'crowded') report((all - ours) / values);
else report((1_000 * measured.milliseconds * availableParallelism()) / values);
for (const sender of turns) sender.close();
await Promise.all(crowd.map((end) => end()));
await supervisor.finished();

/** @returns what ends it */
function barePipeline(): () => Promise<unknown> {
  const program = fileURLToPath(new URL('bare-one-way.ts', import.meta.url));
  const env = { ...process.env, BENCH_LAPS: String(Number.MAX_SAFE_INTEGER) };
  const bare = spawn(process.execPath, [program], { env, detached: true, stdio: 'ignore' });
  return () => {
    const exit = once(bare, 'exit');
    process.kill(-(bare.pid as number), 'SIGKILL');
    return exit;
  };
}

function pipeline(index: number) {
  const values = supervisor.channel<object>(`values ${index}`);
  const turns = supervisor.channel<Turn>(`turns ${index}`);
  supervisor.stage(`pump ${index}`, {
    module: new URL('../peers/pump.ts', import.meta.url),
    ends: { turns: turns.receiver, values: values.sender, counts: counts.sender.clone() },
  });
  supervisor.stage(`sink ${index}`, {
    module: new URL('../peers/sink.ts', import.meta.url),
    ends: { values: values.receiver, counts: counts.sender.clone() },
  });
  return turns.sender;
}

/** All at the same time. */
async function turn(plan: Turn): Promise<readonly Count[]> {
  await Promise.all(turns.map((sender) => sender.send(plan)));
  const processes: Count[] = [];
  while (processes.length < 2 * turns.length) processes.push(await counts.receiver.receive());
  return processes;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
