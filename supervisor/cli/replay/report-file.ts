/** A crash report as it is read: it may be anything. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CrashReport, reportFormat, reportVersion } from '../../reports/report.ts';
import { finishedReport } from '../../reports/reports.ts';
import { exitCodes } from '../exit-codes.ts';
import { shown } from '../place.ts';
import { Problem } from '../problem.ts';

/**
 * The file itself; of a folder, the newest crash report with a value in hand: when a stage has failed for good, its
 * neighbours most often fail after it, for want of it. The newest of all, where none had a value.
 *
 * @throws Problem when there is none
 */
export function reportAt(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const files = readdirSync(path)
    .filter((name) => finishedReport.test(name))
    .sort()
    .map((name) => join(path, name));
  const newest = files.findLast(hadValue) ?? files.at(-1);
  if (newest !== undefined) return newest;
  throw new Problem(exitCodes.mistaken, `there is no crash report in the folder ${shown(path)}`);
}

/** Whatever else is wrong with it is said when it is read. */
function hadValue(file: string): boolean {
  try {
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(report) && Array.isArray(report.inHand) && report.inHand.length > 0;
  } catch {
    return false;
  }
}

/** @throws Problem when it is none, or that of another version */
export function readReport(file: string): CrashReport {
  const report = parsed(file, textOf(file));
  const wrong = (why: string) =>
    new Problem(exitCodes.mistaken, `${shown(file)} is no crash report: ${why}`);
  if (!isRecord(report) || report.format !== reportFormat) {
    throw wrong(`it does not say "format": "${reportFormat}"`);
  }
  if (report.version !== reportVersion) {
    throw new Problem(
      exitCodes.mistaken,
      `${shown(file)} is a crash report of version ${JSON.stringify(report.version)}, and this handover reads version ${reportVersion}: replay it with the handover that wrote it${writerOf(report)}`,
    );
  }
  const problem = problemOf(report, shape, '');
  if (problem !== undefined) throw wrong(problem);
  return report as unknown as CrashReport;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Problem(
      exitCodes.mistaken,
      isMissing ? `there is no file ${file}` : `${shown(file)} cannot be read: ${String(error)}`,
    );
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(exitCodes.mistaken, `${shown(file)} is no crash report: it is not JSON`);
  }
}

function writerOf({ versions }: Fields): string {
  return isRecord(versions) && typeof versions.handover === 'string'
    ? ` (${versions.handover})`
    : '';
}

type Fields = Readonly<Record<string, unknown>>;

/** What has to be where; of a list, what each of its entries is. */
type Shape =
  | 'text'
  | 'number'
  | { readonly optional: Shape }
  | { readonly each: Shape }
  | { readonly either: readonly Shape[] }
  | { readonly fields: Readonly<Record<string, Shape>> };

const texts: Shape = { each: 'text' };
const nullable = (shape: Shape): Shape => ({ optional: shape });
const failure: Shape = { fields: { code: 'text', message: 'text' } };
const value: Shape = {
  fields: {
    end: nullable('text'),
    channel: 'text',
    attempt: 'number',
    failures: { each: failure },
    bytes: 'number',
    content: { either: [{ fields: { msgpack: 'text' } }, { fields: { omitted: 'text' } }] },
  },
};
const around: Readonly<Record<string, Shape>> = {
  folder: 'text',
  environment: 'text',
  env: texts,
  limits: { fields: {} },
  sandbox: nullable('text'),
};

const shape: Shape = {
  fields: {
    summary: 'text',
    at: 'text',
    stage: 'text',
    replica: 'number',
    ending: {
      fields: {
        exitCode: nullable('number'),
        signal: nullable('text'),
        charge: nullable(failure),
        milliseconds: 'number',
      },
    },
    inHand: { each: value },
    takenLast: { each: value },
    stderr: texts,
    start: {
      either: [
        { fields: { module: 'text', args: texts, loader: 'text', flags: texts, ...around } },
        { fields: { command: texts, ...around } },
        {
          fields: {
            command: texts,
            reads: 'text',
            writes: 'text',
            answers: nullable('text'),
            ...around,
          },
        },
      ],
    },
    ends: { each: { fields: { name: 'text', side: 'text', channel: 'text' } } },
  },
};

/** `undefined` when it has that shape. */
function problemOf(found: unknown, wanted: Shape, path: string): string | undefined {
  if (wanted === 'text') return typeof found === 'string' ? undefined : missing(path, 'text');
  if (wanted === 'number') return typeof found === 'number' ? undefined : missing(path, 'number');
  if ('optional' in wanted) {
    return found === null ? undefined : problemOf(found, wanted.optional, path);
  }
  if ('each' in wanted) {
    if (!Array.isArray(found)) return missing(path, 'list');
    return first(found.map((entry, index) => problemOf(entry, wanted.each, `${path}[${index}]`)));
  }
  if ('either' in wanted) {
    const problems = wanted.either.map((one) => problemOf(found, one, path));
    return problems.includes(undefined) ? undefined : first(problems);
  }
  if (!isRecord(found)) return missing(path, 'object');
  return first(
    Object.entries(wanted.fields).map(([name, field]) =>
      problemOf(found[name], field, path === '' ? name : `${path}.${name}`),
    ),
  );
}

function missing(path: string, what: string): string {
  return `${path} should be a ${what}`;
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
