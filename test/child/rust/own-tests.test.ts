/** The tests that the crate has of its own, in child/rust/src: of values, frames, operations, ends and links; how it reads. */
import { expect, test } from 'vitest';
import { cargo, describeRust } from '../../support/rust.ts';

/** Each compiles the crate anew. */
const compiled = 600_000;

describeRust('the crate in Rust', () => {
  test('§2 §3 §4 §5 §6 §7 §14 its own tests pass', { timeout: compiled }, async () => {
    const said = await cargo('test', '--offline');
    expect(said).toMatch(/^test result: ok\. \d{2,} passed; 0 failed; 0 ignored/m);
  });

  test('it is formatted as rustfmt does', async () => {
    await cargo('fmt', '--check');
  });

  test('clippy finds nothing', { timeout: compiled }, async ({ skip }) => {
    const isThere = await cargo('clippy', '--version').then(
      () => true,
      () => false,
    );
    if (!isThere) skip('there is no clippy here');
    await cargo('clippy', '--all-targets', '--offline', '--', '-D', 'warnings');
  });

  test('its documentation has no broken links', { timeout: compiled }, async () => {
    const said = await cargo('rustdoc', '--lib', '--offline', '--', '-D', 'warnings');
    expect(said).toContain('Finished');
  });
});
