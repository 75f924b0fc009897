import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContractMismatchError } from 'handover';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { rejection } from '../../support/failures.ts';
import { goPackage, goStage } from '../../support/go.ts';
import { supervise } from '../../support/supervision.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/go-contracts', import.meta.url));
const order = z.object({ id: z.int(), lines: z.array(z.object({ price: z.number() })) });

describe.skipIf(process.env.TEST_GO === undefined && !hasModules())(
  'contracts of a stage in Go (skipped where the modules that check them are not there)',
  () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'handover-go-contracts-'));
      execFileSync('go', ['build', '-o', join(folder, 'seller'), '.'], { cwd: fixtures });
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    function start(args: readonly string[] = [], contract?: Readonly<Record<string, unknown>>) {
      const { supervisor } = supervise();
      const input = supervisor.channel<unknown>('input', contract && { contract });
      const told = supervisor.channel<unknown>('told');
      const orders = supervisor.channel<unknown>('orders', { contract: order });
      supervisor.stage('seller', {
        command: [join(folder, 'seller'), ...args],
        ends: { input: input.receiver, output: orders.sender, told: told.sender },
        restart: 'on-failure',
      });
      const ask = async (value: unknown) => {
        await input.sender.send(value);
        return told.receiver.receive();
      };
      return { supervisor, ask, orders: orders.receiver, input: input.sender };
    }

    test('15.2 a value that does not meet one is refused there, with its path; the next goes', async () => {
      const { ask, orders } = start();
      const path = '$.lines[1].price';
      expect(await ask({ id: 1, lines: [{ price: 2 }, { price: '3' }] })).toEqual([
        'CONTRACT',
        'orders',
        path,
      ]);
      const received = orders.receive();
      expect(await ask({ id: 1, lines: [] })).toBe('taken');
      expect(await received).toEqual({ id: 1, lines: [] });
    });

    test('15.2 so it is with TrySend and Select; 15.5 on its own channels, and on those of a value', async () => {
      const { supervisor, ask } = start();
      expect(await ask('try')).toEqual(['CONTRACT', 'orders', '$']);
      expect(await ask('select')).toEqual(['CONTRACT', 'orders', '$']);
      expect(await ask('open')).toEqual(['CONTRACT', 'mine', '$']);
      const replies = supervisor.channel<number>('replies', { contract: { type: 'number' } });
      expect(await ask(replies.sender)).toEqual(['CONTRACT', 'replies', '$']);
    });

    test('15.7 built against the same: it goes on', async () => {
      const { ask } = start(['{"type":["object","string"],"title":"ours"}'], {
        type: ['string', 'object'],
      });
      expect(await ask('try')).toEqual(['CONTRACT', 'orders', '$']);
    });

    test('15.7 built against another: it is refused, with what differs, and not started again', async () => {
      const { supervisor } = start(['{"type":"string"}'], { type: 'object' });
      const { cause } = (await rejection(supervisor.finished())) as Error;
      expect((cause as ContractMismatchError).differences).toEqual([
        { path: '$', what: '(type) is "string" in the stage, and "object" in the channel' },
      ]);
      expect(supervisor.report().stages).toMatchObject([{ restarts: 0 }]);
    });

    test('15.4 golden cases: the same verdicts', () => {
      const cwd = join(goPackage, 'contracts');
      expect(String(execFileSync('go', ['test', './...'], { cwd }))).toContain('ok');
    });

    test('15.6 without handover/contracts it may not send there, and is told what to import', async () => {
      const { supervisor } = supervise();
      const out = supervisor.channel<unknown>('out', { contract: {} });
      const input = supervisor.channel<unknown>('input');
      supervisor.stage('echo', {
        ...goStage('echo'),
        ends: { input: input.receiver, output: out.sender },
      });
      await expect(supervisor.finished()).rejects.toThrow(
        /"out", which has a contract, .*\(go\).*import handover\/contracts/,
      );
    });
  },
);

function hasModules(): boolean {
  try {
    execFileSync('go', ['list', '-deps', '.'], { cwd: fixtures, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
