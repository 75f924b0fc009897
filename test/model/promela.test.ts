/**
 * The models of test/model/promela, checked by SPIN: through all states, within their bounds. Needs SPIN and a C
 * compiler; without them it is skipped, unless TEST_MODEL is set.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runs } from './promela/runs.ts';
import { check, missing } from './promela/spin.ts';
import { legal, modelled } from './promela/table.ts';
import { unmodelled, unreached } from './promela/unmodelled.ts';

const folder = join(import.meta.dirname, 'promela');
const models = readdirSync(folder).filter((file) => file.endsWith('.pml'));
const why = missing();
const isSkipped = why !== undefined && process.env.TEST_MODEL === undefined;
const longest = 300_000;

describe('R4 the models have the table of the arbiter', () => {
  test('R4 each entry of the models is one of the arbiter', () => {
    expect([...modelled.keys()].filter((entry) => !legal().includes(entry))).toEqual([]);
  });

  test('R4 each legal entry of the arbiter is in the models, or a reason is given', () => {
    const missed = legal().filter((entry) => !modelled.has(entry));
    expect(missed.toSorted()).toEqual(Object.keys(unmodelled).toSorted());
  });

  test.each(models.filter((file) => file !== 'table.pml'))(
    'R4 %s changes no state by itself',
    (file) => {
      const lines = readFileSync(join(folder, file), 'utf8').split('\n');
      const changes = lines.filter((line) => /\bstate\[\w+\] = (?!=)/.test(line));
      // An operation begins to wait when it arrives.
      expect(changes.map((line) => line.trim())).toEqual(
        file === 'arbiter.pml' ? ['state[x] = waiting; queueUp(x);'] : [],
      );
    },
  );

  test('R4 each model has a promise that holds, and a mutant that breaks it', () => {
    for (const verdict of ['holds', 'breaks'] as const) {
      const checked = new Set(
        runs.filter(({ expected }) => expected === verdict).map(({ model }) => `${model}.pml`),
      );
      const whole = models.filter((file) => file !== 'table.pml' && file !== 'arbiter.pml');
      expect([...checked].toSorted()).toEqual(whole.toSorted());
    }
  });
});

describe.skipIf(isSkipped)(`the models${isSkipped ? ` (skipped: ${why})` : ''}`, () => {
  const reached = new Set<string>();

  test.each(runs)('$shows $model $flags: $expected', { timeout: longest }, async (run) => {
    const { verdict, because, reached: came } = await check(run);
    expect({ verdict, because }).toEqual({
      verdict: run.expected,
      because: run.expected === 'holds' ? undefined : expect.any(String),
    });
    if (verdict === 'holds') for (const entry of came) reached.add(entry);
  });

  test('R4 the runs come to each entry of the table, or a reason is given', () => {
    const missed = [...modelled].filter(([, numbers]) => !reached.has(numbers));
    expect(missed.map(([entry]) => entry).toSorted()).toEqual(Object.keys(unreached).toSorted());
  });
});
