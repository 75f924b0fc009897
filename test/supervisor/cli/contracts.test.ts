import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { handover } from './command.ts';
import { folderOf } from './files.ts';

const order = { type: 'object', properties: { id: { type: 'integer', description: 'its own' } } };

const topology = `
export default async (supervisor, [extra]) => {
  const orders = supervisor.channel('orders', { contract: ${JSON.stringify(order)} });
  supervisor.channel('lines → rows', { contract: { type: 'string' } });
  if (extra !== undefined) supervisor.channel(extra, { contract: {} });
  supervisor.channel('free');
  supervisor.stage('never', { command: ['touch', 'started'], ends: { orders: orders.receiver } });
  await orders.sender.send({ id: 1 });
};
`;

test('15.1 the contracts of a topology are printed as they were said; no stage is started', async () => {
  const folder = folderOf({ 'topology.mjs': topology });
  const { exitCode, stdout } = await handover(['contracts', 'topology.mjs'], folder);
  expect(JSON.parse(stdout)).toEqual({ orders: order, 'lines → rows': { type: 'string' } });
  expect(exitCode).toBe(0);
  expect(existsSync(join(folder, 'started'))).toBe(false);
});

test('15.1 --out writes a file for each', async () => {
  const folder = folderOf({ 'topology.mjs': topology });
  const { exitCode } = await handover(['contracts', 'topology.mjs', '--out', 'schemas'], folder);
  expect(exitCode).toBe(0);
  const files = readdirSync(join(folder, 'schemas')).toSorted();
  expect(files).toEqual(['lines-rows.schema.json', 'orders.schema.json']);
  const text = readFileSync(join(folder, 'schemas/orders.schema.json'), 'utf8');
  expect(JSON.parse(text)).toEqual(order);
});

test('15.1 two that would be in one file are told', async () => {
  const folder = folderOf({ 'topology.mjs': topology });
  const args = ['contracts', 'topology.mjs', 'lines rows', '--out', 'schemas'];
  const { exitCode, stderr } = await handover(args, folder);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/would both be in lines-rows.schema.json: rename/);
});

test('15.1 a topology without any says how one is made', async () => {
  const folder = folderOf({ 'topology.mjs': 'export default (s) => { s.channel("free"); };' });
  const { exitCode, stderr } = await handover(['contracts', 'topology.mjs'], folder);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/makes no channel with a contract. One is made so/);
});
