/** A run as it is kept in a file: for other programs, for a chart, and as a baseline for later runs. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Outcome, Placement } from './harness.ts';
import type { Machine } from './machine.ts';
import type { Verdict } from './targets.ts';

export interface Run {
  readonly placement: Placement;
  readonly rounds: number;
  /** By the name of the case. */
  readonly cases: Readonly<Record<string, Outcome>>;
  readonly verdicts: readonly Verdict[];
}

export interface BenchRecord {
  readonly machine: Machine;
  readonly runs: readonly Run[];
}

export async function save(file: string, record: BenchRecord): Promise<void> {
  await writeFile(file, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** @throws Error when the file cannot be read, or is no record */
export async function load(file: string): Promise<BenchRecord> {
  const record: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof record === 'object' && record !== null && 'machine' in record && 'runs' in record) {
    return record as BenchRecord;
  }
  throw new Error(`${file} was not written by the bench: make one with --save ${file}`);
}
