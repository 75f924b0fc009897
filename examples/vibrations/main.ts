/**
 * What a pump tells of itself, heard by numpy: a stage in Node reads what a sensor has recorded, second by second, one in
 * Python finds the frequencies and the outliers in each, and one in Node writes the report. A second in which the sensor
 * said nothing is set aside. In the end every row of the recording is accounted for.
 *
 *     reader ──seconds──▶ analyst (numpy) ──findings──▶ reporter ──report──▶ main.ts
 *                └────────────────────────────────────────rejects────────▶
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DeadLetter, Supervisor } from 'handover';
import { verdict } from '../verdict.ts';
import type { Finding, Report, Second } from './messages.ts';
import { rows } from './recording.ts';

/** What a program says that lacks something which it needs (`sysexits.h`). */
const unavailable = 69;

if (!hasNumpy()) {
  console.error(
    'it needs a python3 of 3.10 or later with numpy: python3 -m venv .venv && . .venv/bin/activate && pip install numpy',
  );
  process.exit(unavailable);
}

/** The pump turns; from second 12 on one of its bearings whines; and somebody knocks. */
const expected = '48 Hz since second 0, 96 Hz since second 0, 137 Hz since second 12; 7 outliers';

const folder = await mkdtemp(join(tmpdir(), 'vibrations-'));
try {
  const file = join(folder, 'recording.csv');
  const recording = [...rows()];
  await writeFile(file, recording.join('\n'));
  // The first is the head.
  await analyse(file, recording.length - 1);
} finally {
  await rm(folder, { recursive: true });
}

async function analyse(file: string, recorded: number): Promise<void> {
  await using supervisor = new Supervisor();
  const rejects = supervisor.channel<DeadLetter<Second>>('rejects');
  const seconds = supervisor.channel<Second>('seconds', {
    maxAttempts: 1,
    deadLetters: rejects.sender,
  });
  const findings = supervisor.channel<Finding>('findings');
  const reports = supervisor.channel<Report>('report');
  supervisor.stage('reader', {
    module: new URL('./reader.ts', import.meta.url),
    args: [file],
    ends: { seconds: seconds.sender },
  });
  supervisor.stage('analyst', {
    command: ['python3', new URL('./analyst.py', import.meta.url)],
    // Where the package is that the file imports. Where it is installed, this is not needed.
    env: {
      PYTHONPATH: fileURLToPath(new URL('../../child/python/src', import.meta.url)),
      PYTHONDONTWRITEBYTECODE: '1',
    },
    ends: { seconds: seconds.receiver, findings: findings.sender },
  });
  supervisor.stage('reporter', {
    module: new URL('./reporter.ts', import.meta.url),
    ends: { findings: findings.receiver, report: reports.sender },
  });

  const [report, setAside] = await Promise.all([
    reports.receiver.receive(),
    Array.fromAsync(rejects.receiver),
  ]);
  await supervisor.finished();

  for (const { value, failures } of setAside) {
    console.log(`second ${value.second} was set aside: ${failures[0]?.message}`);
  }
  const silent = setAside.reduce((sum, { value }) => sum + value.rows, 0);
  console.log(`${recorded} rows in = ${report.rows} out + ${silent} set aside`);
  const heard = report.heard.map(({ hertz, since }) => `${hertz} Hz since second ${since}`);
  const found = `${heard.join(', ')}; ${report.outliers} outliers`;
  verdict(
    recorded === report.rows + silent && found === expected,
    `numpy heard ${found}; and every row is accounted for`,
    `of ${recorded} rows ${report.rows} were analysed, ${silent} set aside; ${found}`,
  );
}

function hasNumpy(): boolean {
  try {
    const isThere = 'import sys, numpy; sys.exit(sys.version_info < (3, 10))';
    execFileSync('python3', ['-c', isThere], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
