import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { compiledIn, ownFolder } from '../../../supervisor/command/compiled.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';

const name = `handover-compiled-${process.getuid?.()}`;

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('the folder for what Node has compiled', () => {
  test('is for this user only, and is used again', () => {
    const folder = place();
    expect(ownFolder(folder)).toBe(join(folder, name));
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o700);
    expect(ownFolder(folder)).toBe(join(folder, name));
  });

  test('is not used when others could put code into it', () => {
    const folder = place();
    mkdirSync(join(folder, name));
    chmodSync(join(folder, name), 0o770);
    expect(ownFolder(folder)).toBe('none');
  });

  test('is not used where others could put another in its place', () => {
    const folder = place();
    chmodSync(folder, 0o777);
    expect(ownFolder(folder)).toBe('none');
    chmodSync(folder, 0o1777);
    expect(ownFolder(folder)).toBe(join(folder, name));
  });

  test('is not used when it leads elsewhere', () => {
    const folder = place();
    mkdirSync(join(folder, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(folder, 'elsewhere'), join(folder, name));
    expect(ownFolder(folder)).toBe('none');
  });

  test('is not used when it cannot be made', () => {
    expect(ownFolder('/nowhere/at/all')).toBe('none');
  });

  test.each(['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'])(
    'is not named where %s says otherwise',
    (variable) => {
      expect(compiledIn({ [variable]: '1' })).toEqual({});
      expect(Object.keys(compiledIn({}))).toEqual(['NODE_COMPILE_CACHE']);
    },
  );
});

test('a process that is killed leaves what was compiled to who takes its place', async () => {
  const folder = place();
  const { supervisor } = supervise();
  const values = supervisor.channel<number>('values');
  const stage = supervisor.stage('worker', {
    module: stageModule('print-all'),
    env: { NODE_COMPILE_CACHE: folder },
    ends: { input: values.receiver },
  });
  await values.sender.send(1);
  const files = () => readdirSync(folder, { recursive: true }).length;
  await vi.waitUntil(() => files() > 10);
  process.kill(stage.processIds[0] as number, 'SIGKILL');
  await supervisor.finished().catch(() => {});
  expect(files()).toBeGreaterThan(10);
});
