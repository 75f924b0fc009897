import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContractMismatchError } from 'handover';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { repository } from '../../docs/programs.ts';
import { rejection } from '../../support/failures.ts';
import { cargoIn, describeRust, rustStage } from '../../support/rust.ts';
import { rustFolder } from '../../support/rust-command.ts';
import { supervise } from '../../support/supervision.ts';

const order = z.object({ id: z.int(), lines: z.array(z.object({ price: z.number() })) });
const crate = join(repository, 'child/rust');
const project = join(rustFolder, 'contracts');

describeRust('contracts of a stage in Rust', () => {
  beforeAll(async () => {
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, 'Cargo.toml'), manifest);
    await cargoIn(project, 'build', '--quiet');
  }, 600_000);

  function start(args: readonly string[] = [], contract?: Readonly<Record<string, unknown>>) {
    const { supervisor } = supervise();
    const input = supervisor.channel<unknown>('input', contract && { contract });
    const told = supervisor.channel<unknown>('told');
    const orders = supervisor.channel<unknown>('orders', { contract: order });
    supervisor.stage('seller', {
      ...rustStage('send_under_contract', ...args),
      ends: { input: input.receiver, output: orders.sender, told: told.sender },
      restart: 'on-failure',
    });
    const ask = async (value: unknown) => {
      await input.sender.send(value);
      return told.receiver.receive();
    };
    return { supervisor, ask, orders: orders.receiver };
  }

  test('15.2 a value that does not meet one is refused there, with its path; the next goes', async () => {
    const { ask, orders } = start();
    const value = { id: 1, lines: [{ price: 2 }, { price: '3' }] };
    expect(await ask(value)).toEqual(['CONTRACT', 'orders', '$.lines[1].price']);
    const received = orders.receive();
    expect(await ask({ id: 1, lines: [] })).toEqual(['taken']);
    expect(await received).toEqual({ id: 1, lines: [] });
  });

  test('15.2 so it is with try_send and select; 15.5 on its own channels, and on those of a value', async () => {
    const { supervisor, ask } = start();
    expect(await ask('try')).toEqual(['CONTRACT', 'orders', '$']);
    expect(await ask('select')).toEqual(['CONTRACT', 'orders', '$']);
    expect(await ask('open')).toEqual(['CONTRACT', 'mine', '$']);
    const replies = supervisor.channel<number>('replies', { contract: { type: 'number' } });
    expect(await ask(replies.sender)).toEqual(['CONTRACT', 'replies', '$']);
  });

  test('15.7 built against the same: it goes on', async () => {
    const contract = { type: ['string', 'object'] };
    const { ask } = start(['{"type":["object","string"],"title":"ours"}'], contract);
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

  test('15.6 without handover-contracts it may not send there, and is told what to do', async () => {
    const { supervisor } = supervise();
    const input = supervisor.channel<unknown>('input');
    const output = supervisor.channel<unknown>('out', { contract: {} });
    supervisor.stage('passer', {
      ...rustStage('pass_on'),
      ends: { input: input.receiver, output: output.sender },
    });
    await expect(supervisor.finished()).rejects.toThrow(
      /"out", which has a contract, .*\(rust\).*handover_contracts::install\(\)/,
    );
  });

  test('15.4 golden cases: the same verdicts', async () => {
    expect(await cargoIn(join(crate, 'contracts'), 'test', '--quiet')).toContain('1 passed');
  }, 600_000);
});

const manifest = `[package]
name = "contracts"
edition = "2024"
publish = false

[dependencies]
handover = { path = "${crate}" }
handover-contracts = { path = "${crate}/contracts" }

[[bin]]
name = "send_under_contract"
path = "${repository}/test/fixtures/rust-contracts/main.rs"

[workspace]
`;
