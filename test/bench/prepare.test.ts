import { afterEach, expect, test, vi } from 'vitest';
import { catalogue } from '../../bench/catalogue.ts';
import { prepare } from '../../bench/prepare.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a case whose language is not here is skipped, with the reason; the others are ready', async () => {
  vi.stubEnv('PATH', '/there/is/nothing');
  const names = ['python-pipe', 'c-pipes', 'go-channel', 'bare-ping-pong'];
  const prepared = await prepare(catalogue.filter(({ name }) => names.includes(name)));
  expect(prepared.get('python-pipe')).toEqual({ is: 'skipped', why: 'there is no python3 here' });
  expect(prepared.get('c-pipes')).toEqual({ is: 'skipped', why: 'there is no cc here' });
  expect(prepared.get('go-channel')).toEqual({ is: 'skipped', why: 'there is no go here' });
  expect(prepared.get('bare-ping-pong')).toMatchObject({ is: 'ready' });
});

test('a pair of languages is skipped when one of them is not here', async () => {
  vi.stubEnv('PATH', '/there/is/nothing');
  const prepared = await prepare(catalogue.filter(({ group }) => group.name === 'languages'));
  expect(prepared.get('node-to-node')).toMatchObject({ is: 'ready' });
  expect(prepared.get('node-to-python')).toEqual({
    is: 'skipped',
    why: 'there is no python3 of 3.10 or later here',
  });
  expect(prepared.get('bare-go')).toEqual({ is: 'skipped', why: 'there is no go here' });
  expect(prepared.get('rust-to-node')).toEqual({ is: 'skipped', why: 'there is no cargo here' });
});

test('each case has a name of its own', () => {
  const names = catalogue.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
