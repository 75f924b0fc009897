/** Tests of stages in Go. They need go; without it they are skipped, unless TEST_GO is set. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Receiver, Sender, Supervisor } from 'handover';
import { afterAll, describe } from 'vitest';

export const goPackage = fileURLToPath(new URL('../../child/go', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/go', import.meta.url));

export function describeGo(title: string, tests: () => void): void {
  const isSkipped = why !== undefined && process.env.TEST_GO === undefined;
  describe.skipIf(isSkipped)(isSkipped ? `${title} (skipped: ${why})` : title, tests);
}

/** One of the stages of test/fixtures/go/stages. */
export function goStage(name: string, ...args: readonly string[]) {
  return { command: [goProgram('stages'), name, ...args] };
}

/** A program of test/fixtures/go, built when it is first asked for, and gone after the tests of the file. */
export function goProgram(name: string): string {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'handover-go-'));
    execFileSync('go', ['build', '-o', folder, './...'], { cwd: fixtures });
  }
  return join(folder, name);
}

/** Starts a stage in Go that sends back what it is sent. */
export function startGoEcho(
  supervisor: Supervisor,
  name = 'echo',
): { readonly sender: Sender<unknown>; readonly receiver: Receiver<unknown> } {
  const there = supervisor.channel<unknown>('there');
  const back = supervisor.channel<unknown>('back');
  supervisor.stage('echo', {
    ...goStage(name),
    ends: { input: there.receiver, output: back.sender },
  });
  return { sender: there.sender, receiver: back.receiver };
}

let folder: string | undefined;
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
});

const why = missing();

/** Why they cannot run; `undefined` when they can. */
function missing(): string | undefined {
  try {
    // It says so, too, when it is older than the module wants.
    execFileSync('go', ['list', './...'], { cwd: fixtures, stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no go here, or an older one than child/go/go.mod names';
  }
}
