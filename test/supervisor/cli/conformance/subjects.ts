/** Programs that the conformance kit can check: those of the runtimes, and those written from the document alone. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../../../support/python.ts';
import { type Ended, handover } from '../command.ts';
import { folderOf } from '../files.ts';

export const nodeSubject = [
  process.execPath,
  '--conditions=handover-source',
  fixture('subject.ts'),
] as const;

/** With the package of this folder on its path. */
export const pythonSubject = [
  'env',
  ...Object.entries(pythonEnvironment).map(([name, value]) => `${name}=${value}`),
  'python3',
  fixture('subject.py'),
] as const;

/** By hand, without a runtime; with a name, it does one thing wrong. */
export function byHand(mutation = 'none'): readonly string[] {
  return [process.execPath, fixture('by-hand.mjs'), mutation];
}

export const perlSubject = ['perl', fixture('subject.pl')] as const;

/** The same, where one passage is another. */
export function perlWith(passage: string, other: string): readonly string[] {
  const folder = folderOf({ 'subject.pl': exchanged(fixture('subject.pl'), passage, other) });
  return ['perl', join(folder, 'subject.pl')];
}

/** The subject in Python, where one passage of a file of its runtime is another. */
export function pythonWith(file: string, passage: string, other: string): readonly string[] {
  const source = pythonEnvironment.PYTHONPATH;
  const folder = folderOf({});
  cpSync(source, folder, { recursive: true });
  const path = join('handover', file);
  writeFileSync(join(folder, path), exchanged(join(source, path), passage, other));
  return pythonSubject.map((word) => word.replace(source, folder));
}

function exchanged(path: string, passage: string, other: string): string {
  const text = readFileSync(path, 'utf8');
  const parts = text.split(passage);
  if (parts.length !== 2) throw new Error(`${path} has ${parts.length - 1} times: ${passage}`);
  return parts.join(other);
}

/** Why there is none here; `undefined` when there is. */
export function missing(program: string, ...args: readonly string[]): string | undefined {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return undefined;
  } catch {
    return `there is no ${program} here`;
  }
}

export interface Line {
  readonly section: string;
  readonly clause: string;
  readonly title: string;
  readonly transport: string;
  readonly verdict: 'ok' | 'failed' | 'skipped';
  readonly why?: string;
  readonly expected?: string;
  readonly came?: string;
  /** The clause that was broken. */
  readonly broken?: string;
}

export interface Kit extends Ended {
  readonly lines: readonly Line[];
}

export async function kit(subject: readonly string[], ...options: readonly string[]): Promise<Kit> {
  const ended = await handover(['conformance', '--json', ...options, '--', ...subject]);
  const lines = ended.stdout.split('\n').filter((line) => line !== '');
  return { ...ended, lines: lines.map((line) => JSON.parse(line) as Line) };
}

/** To be shown by a test that finds some. */
export function failuresIn({ lines, stderr }: Kit): readonly string[] {
  const failed = lines.filter(({ verdict }) => verdict === 'failed');
  return [
    ...failed.map(({ clause, title, expected, came, broken }) => {
      return `${clause} ${title}: expected ${expected}; ${came} (${broken})`;
    }),
    ...(stderr === '' ? [] : [stderr]),
  ];
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../../fixtures/conformance/${name}`, import.meta.url));
}
