import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervisor } from 'handover';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stageModule } from '../support/stage-module.ts';

const linux = process.platform === 'linux';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linkage-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test.runIf(linux)('R11 a stage is linked by two pipes, which leave nothing behind', async () => {
  vi.stubEnv('TMPDIR', folder);
  await exchangeValues((descriptors) => {
    expect(descriptors.map((path) => path.replace(/-[^/]*/, ''))).toEqual([
      expect.stringMatching(/down \(deleted\)$/),
      expect.stringMatching(/up \(deleted\)$/),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test.runIf(linux)('R1 where no pipe can be made, a socket pair does', async () => {
  vi.stubEnv('TMPDIR', join(folder, 'not-there'));
  await exchangeValues(([link]) => expect(link).toMatch(/^socket:/));
});

/** Through an echo: small and large, each way. */
async function exchangeValues(look: (descriptors: string[]) => void): Promise<void> {
  await using supervisor = new Supervisor();
  const to = supervisor.channel<Uint8Array>('to');
  const from = supervisor.channel<Uint8Array>('from');
  const echo = supervisor.stage('echo', {
    module: stageModule('echo'),
    ends: { input: to.receiver, output: from.sender },
  });
  for (const size of [0, 1, 70_000, 1_048_576]) {
    const value = new Uint8Array(size).fill(size % 251);
    await to.sender.send(value);
    expect(await from.receiver.receive()).toEqual(value);
  }
  look([3, 4].map((descriptor) => linkAt(`/proc/${echo.processIds[0]}/fd/${descriptor}`)));
  to.sender.close();
  await supervisor.finished();
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return 'nothing';
  }
}
