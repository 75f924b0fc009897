/** Each scenario with each pool in a process of its own, that has a limited time: to hang is a result. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Account } from './host.ts';
import type { Peer } from './peers.ts';
import { livingOf } from './processes.ts';
import type { Scenario } from './scenarios.ts';

export type Result =
  | ({ readonly is: 'told' } & Account)
  /** Its workers, so long after its end. */
  | { readonly is: 'killed'; readonly workers: number }
  | { readonly is: 'died'; readonly why: string }
  | { readonly is: 'hung' };

/** In milliseconds. */
const limit = 25_000;
const afterwards = 1_000;
const look = 50;

export async function run(peer: Peer, scenario: Scenario): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'handover-bench-'));
  const program = fileURLToPath(new URL('./host.ts', import.meta.url));
  const host = spawn(
    process.execPath,
    [...process.execArgv, program, peer, scenario.name, folder],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const timer = setTimeout(() => host.kill('SIGKILL'), limit);
  try {
    return scenario.dies === 'host'
      ? await kill(host, scenario.workers, folder)
      : await listen(host);
  } finally {
    clearTimeout(timer);
    host.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

async function listen(host: ChildProcess): Promise<Result> {
  let output = '';
  let complaints = '';
  host.stdout?.on('data', (chunk) => (output += chunk));
  host.stderr?.on('data', (chunk) => (complaints += chunk));
  const [code, signal] = await once(host, 'exit');
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  if (line.startsWith('{"done"')) return { is: 'told', ...(JSON.parse(line) as Account) };
  if (signal === 'SIGKILL') return { is: 'hung' };
  const why = /^\w*Error.*$/m.exec(complaints)?.[0] ?? complaints.trim().split('\n')[0] ?? '';
  return { is: 'died', why: `exit code ${code}: ${why}` };
}

/** When all of its workers have a job, the host is killed; those that live after a while are counted, and ended. */
async function kill(host: ChildProcess, workers: number, folder: string): Promise<Result> {
  host.stdout?.resume();
  host.stderr?.resume();
  let started: readonly number[] = [];
  while (started.length < workers) {
    if (host.exitCode !== null || host.signalCode !== null) return { is: 'hung' };
    await sleep(look);
    started = readdirSync(folder).map((name) => Number(name.replace('started-', '')));
  }
  host.kill('SIGKILL');
  await sleep(afterwards);
  const left = livingOf(started);
  for (const processId of left) process.kill(processId, 'SIGKILL');
  return { is: 'killed', workers: left.length };
}
