import { execa } from 'execa';
import { expect, test } from 'vitest';
import { catalogue } from '../../bench/catalogue.ts';
import { figureOf } from '../../bench/figure.ts';
import { prepare } from '../../bench/prepare.ts';
import { describeGo } from '../support/go.ts';
import { describePython } from '../support/python.ts';
import { describeRust } from '../support/rust.ts';

/** Each sends once, takes once, and has its bare ping-pong. */
const describedBy = [
  { describe: describePython, names: ['bare-python', 'node-to-python', 'python-to-node'] },
  { describe: describeGo, names: ['bare-go', 'node-to-go', 'go-to-node'] },
  { describe: describeRust, names: ['bare-rust', 'node-to-rust', 'rust-to-node'] },
];

for (const { describe, names } of describedBy) {
  describe(`the bench has figures of ${names.join(', ')}`, () => {
    test('and all its processes end', async () => {
      const prepared = await prepare(catalogue.filter(({ name }) => names.includes(name)));
      for (const name of names) {
        const ready = prepared.get(name);
        if (ready?.is !== 'ready') throw new Error(`${name}: ${ready?.why}`);
        const [file = '', ...args] = ready.command;
        const { stdout } = await execa({
          env: { NODE_OPTIONS: '--conditions=handover-source', BENCH_LAPS: '32' },
        })`${file} ${args}`;
        expect(figureOf(stdout)).toBeGreaterThan(0);
      }
    }, 300_000);
  });
}
