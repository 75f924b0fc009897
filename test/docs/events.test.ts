/** The guide tells of every event. */
import { expect, test } from 'vitest';
import { moments } from '../supervisor/log/moments.ts';
import { textOf } from './programs.ts';

test('each kind of event has a row in the guide, with the names of its fields', () => {
  const [, table = ''] = textOf('docs/guide.md').split('| `type` ');
  const rows = new Map(
    [...table.matchAll(/^\| `([\w-]+)` +\|.*\| (.*) \|$/gm)].map(([, type = '', fields = '']) => [
      type,
      [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field),
    ]),
  );
  for (const [type, event] of Object.entries(moments)) {
    const { type: _, at, ...fields } = event;
    const own = Object.keys(fields).filter(
      (field) => !('replica' in event && ['stage', 'replica', 'processId'].includes(field)),
    );
    expect(rows.get(type), type).toEqual(expect.arrayContaining(own));
  }
  expect([...rows.keys()].slice(0, Object.keys(moments).length).sort()).toEqual(
    Object.keys(moments).sort(),
  );
});
