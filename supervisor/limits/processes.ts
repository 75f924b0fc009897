/** What the system knows of processes. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export interface ProcessFacts {
  readonly processId: number;
  readonly parent: number;
  /** The process that leads its group. */
  readonly group: number;
  /** One letter: `T` is stopped by a signal. */
  readonly state: string;
  /** Bytes of memory in use that are not swapped out. */
  readonly memory: number;
  /** Milliseconds of a processor, those of its dead children included. */
  readonly cpuTime: number;
  /** When it was started, for comparisons; 0 where there is no /proc. */
  readonly start: number;
}

/** `undefined` where there is none, or the system does not tell. */
export function factsOf(processId: number): ProcessFacts | undefined {
  try {
    return factsIn(processId, readFileSync(`/proc/${processId}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Of some processes, or of all; the latter takes 1 to 3 ms on a machine with a hundred. Never throws. */
export async function readFacts(
  processIds: readonly number[] | 'all',
): Promise<readonly ProcessFacts[]> {
  if (process.platform !== 'linux') return psFacts().catch(() => []);
  const asked = processIds === 'all' ? allProcessIds() : processIds;
  return asked.flatMap((processId) => factsOf(processId) ?? []);
}

function allProcessIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => firstDigit.test(name))
    .map(Number);
}

/** A process and all that came of it: those in its group, whatever became of their parents, and those whose parents belong. */
export function familyOf(processId: number, all: readonly ProcessFacts[]): readonly ProcessFacts[] {
  const children = Map.groupBy(all, ({ parent }) => parent);
  const family = new Set(all.filter((facts) => isLeader(facts) || facts.group === processId));
  for (const member of family) {
    for (const child of children.get(member.processId) ?? []) family.add(child);
  }
  return [...family];

  function isLeader(facts: ProcessFacts): boolean {
    return facts.processId === processId;
  }
}

/** At this moment; none where there is no /proc. */
export function workersOf(processId: number, starters: number): readonly ProcessFacts[] {
  if (process.platform !== 'linux') return [];
  const all = allProcessIds().flatMap((each) => factsOf(each) ?? []);
  return workersIn(familyOf(processId, all), processId, starters);
}

/** Without those that only start the others: so many, from the process on, each the first child of the one before it. */
export function workersIn(
  family: readonly ProcessFacts[],
  processId: number,
  starters: number,
): readonly ProcessFacts[] {
  const left = new Set(family);
  let starter = family.find((facts) => facts.processId === processId);
  for (let count = 0; count < starters && starter !== undefined; count++) {
    left.delete(starter);
    starter = firstChildOf(starter, family);
  }
  return [...left];
}

function firstChildOf(
  { processId }: ProcessFacts,
  family: readonly ProcessFacts[],
): ProcessFacts | undefined {
  return family
    .filter(({ parent }) => parent === processId)
    .toSorted((a, b) => a.start - b.start)[0];
}

/** Reads what /proc/PID/stat says. The name in it may hold anything, but the last parenthesis is its end. */
export function factsIn(processId: number, stat: string): ProcessFacts {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent, group] = fields;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return {
    processId,
    parent: Number(parent),
    group: Number(group),
    state,
    memory: Number(fields[21]) * pageSize(),
    cpuTime: ticks * millisecondsPerTick,
    start: Number(fields[19]),
  };
}

/** Where there is no /proc. */
export async function psFacts(): Promise<readonly ProcessFacts[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,rss=,time='], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout.trim().split('\n').map(factsInLine);
}

function factsInLine(line: string): ProcessFacts {
  const [processId, parent, group, state = '', kibibytes, time = ''] = line.trim().split(/\s+/);
  return {
    processId: Number(processId),
    parent: Number(parent),
    group: Number(group),
    state: state.slice(0, 1),
    memory: Number(kibibytes) * 1024,
    cpuTime: millisecondsIn(time),
    start: 0,
  };
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` */
export function millisecondsIn(time: string): number {
  const [clock = '', days = '0'] = time.split('-').toReversed();
  const seconds = clock.split(':').reduce((sum, part) => 60 * sum + Number(part), 0);
  return Math.round(1000 * (86_400 * Number(days) + seconds));
}

/** In bytes. Node knows how much it uses; the system says how many pages that is. */
function pageSize(): number {
  knownPageSize ??= 2 ** Math.round(Math.log2(process.memoryUsage.rss() / ownPages()));
  return knownPageSize;
}

let knownPageSize: number | undefined;

function ownPages(): number {
  return Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]);
}

const run = promisify(execFile);
const firstDigit = /^\d/;
/** What /proc counts CPU time in, on every Linux. */
const millisecondsPerTick = 10;
