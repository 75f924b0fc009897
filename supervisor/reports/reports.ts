/** Crash reports: a file for each crash, in one folder, of which only the newest stay. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkKnown, type NamesOf } from '../../src/ends/known-options.ts';
import { TopologyError } from '../../src/errors.ts';
import type { CrashReport } from './report.ts';

export interface ReportOptions {
  /** Where the files go. It is made when the first is written. */
  readonly folder: string | URL;
  /** How many are kept there; the oldest go. Default 100. */
  readonly keep?: number;
  /** `omitted`: no value is written down, only its size and where it came from. Default `written`. */
  readonly values?: 'written' | 'omitted';
}

export interface ReportsEvents {
  readonly onWritten: (file: string) => void;
  readonly onTrouble: (message: string) => void;
}

/** How long, in milliseconds, the end of everything waits for what is still being written. */
const patience = 5_000;

export class Reports {
  /** Whether values may be written down. */
  readonly withValues: boolean;
  readonly #folder: string;
  readonly #keep: number;
  #written: Promise<void> = Promise.resolve();
  #hasComplained = false;
  #count = 0;

  /** @throws TopologyError when the options make no sense */
  constructor(options: string | URL | ReportOptions) {
    const { folder, keep, values } = checked(options);
    this.#folder = folder instanceof URL ? fileURLToPath(folder) : resolve(folder);
    this.#keep = keep;
    this.withValues = values === 'written';
  }

  /** One after the other; when it cannot be done, that is said once, and nothing else comes of it. */
  write(report: CrashReport, { onWritten, onTrouble }: ReportsEvents): void {
    const file = join(this.#folder, this.#nameFor(report));
    this.#written = this.#written.then(async () => {
      try {
        await this.#put(file, report);
        onWritten(file);
      } catch (error) {
        if (this.#hasComplained) return;
        this.#hasComplained = true;
        const why = error instanceof Error ? error.message : String(error);
        onTrouble(`crash reports cannot be written: ${why}. That is said only once`);
      }
    });
  }

  /** Resolves when all is written, or it has taken too long. */
  async settled(): Promise<void> {
    const { promise: tooLate, resolve: giveUp } = Promise.withResolvers<void>();
    const timer = setTimeout(giveUp, patience);
    await Promise.race([this.#written, tooLate]);
    clearTimeout(timer);
  }

  /** Whoever looks on sees the whole file or none. Values may be nobody else's business. */
  async #put(file: string, report: CrashReport): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const unfinished = `${file}.unfinished`;
    try {
      await writeFile(unfinished, `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 });
      await rename(unfinished, file);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    await this.#prune();
  }

  /** Their names begin with the time. Those that a supervisor left unfinished when it was killed go, too. */
  async #prune(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => reportName.test(name)).sort();
    for (const name of names.slice(0, -this.#keep)) {
      await rm(join(this.#folder, name), { force: true });
    }
  }

  #nameFor({ at, stage, processId }: CrashReport): string {
    const time = at.replaceAll(/[-:]/g, '');
    const who = stage.replaceAll(/[^\w.-]/g, '_').slice(0, 60);
    return `crash-${time}-${who}-${processId ?? `none${++this.#count}`}.json`;
  }
}

const reportName = /^crash-\d{8}T.*\.json(?:\.unfinished)?$/;

/** The name of one that is whole; by name they are in order of time. */
export const finishedReport = /^crash-\d{8}T.*\.json$/;

/** Of this package. */
export function ownVersion(): string {
  const { version } = createRequire(import.meta.url)('handover/package.json') as {
    version: string;
  };
  return version;
}

const reportNames: NamesOf<ReportOptions> = { folder: true, keep: true, values: true };

function checked(options: string | URL | ReportOptions): Required<ReportOptions> {
  const given =
    typeof options === 'string' || options instanceof URL ? { folder: options } : options;
  checkKnown('the supervisor', given, reportNames, 'reports');
  const { folder, keep = 100, values = 'written' } = given;
  if (folder === undefined || folder === '') throw new TopologyError('reports must name a folder');
  if (!Number.isSafeInteger(keep) || keep < 1) {
    throw new TopologyError(`reports.keep must be 1 or more files, not ${keep}`);
  }
  if (values !== 'written' && values !== 'omitted') {
    throw new TopologyError(`reports.values must be 'written' or 'omitted', not ${String(values)}`);
  }
  return { folder, keep, values };
}
