/** The conformance kit, with a program that has nothing but the runtime for Rust. */
import { expect, test } from 'vitest';
import { failuresIn, kit } from '../../supervisor/cli/conformance/subjects.ts';
import { describeRust, rustStage } from '../../support/rust.ts';

/** A run of all checks starts some hundred processes, one after the other. */
const wholeRun = 300_000;

describeRust('the runtime for Rust keeps to the protocol', () => {
  test.each(['pipes', 'socket'])(
    'over %s: every check is ok, of every feature but contracts, which are in a crate of their own',
    {
      timeout: wholeRun,
    },
    async (transport) => {
      const run = await kit(
        rustStage('subject').command,
        '--patience',
        '20',
        '--transport',
        transport,
      );
      expect(failuresIn(run)).toEqual([]);
      const missing = run.lines.flatMap(({ why }) => (why?.includes('feature') ? why : []));
      expect(new Set(missing)).toEqual(
        new Set(['its hello does not name the feature "contracts"']),
      );
      expect(run.exitCode).toBe(0);
    },
  );
});
