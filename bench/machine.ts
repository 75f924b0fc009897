/** Where the figures come from. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** How many processes wanted a core in the minute before: with one or more, the figures share the machine. */
  readonly load: number;
  readonly date: string;
  readonly packages: Readonly<Record<string, string>>;
}

export function thisMachine(): Machine {
  return {
    node: process.version,
    system: `${process.platform} ${process.arch}, ${release()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    load: loadavg()[0] ?? 0,
    date: new Date().toISOString().slice(0, 10),
    packages: packages(),
  };
}

/** In lines, for people. */
export function described(machine: Machine): string[] {
  const { node, system, processor, cores, memoryBytes, load, date } = machine;
  const gibibytes = (memoryBytes / 1024 ** 3).toFixed(1);
  const others = load < 0.5 ? '' : ': it is not ours alone';
  return [
    `${date}, Node ${node}, ${system}`,
    `${processor}, ${cores} cores, ${gibibytes} GiB; load before the run ${load.toFixed(1)}${others}`,
  ];
}

function packages(): Record<string, string> {
  const text = readFileSync(new URL('packages/package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly dependencies: Record<string, string> }).dependencies;
}
