import { expect, test } from 'vitest';
import { rehearse } from '../../child/node/rehearsal.ts';

test('a spare rehearses a receive and a send to their ends', async () => {
  expect(await rehearse()).toEqual({ a: [1, 'b'] });
});
