/** The crate for Rust inside the package for Node: where the documents say that it is, and complete. */
import { cpSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository, textOf } from '../docs/programs.ts';
import { folderOf } from '../supervisor/cli/files.ts';
import { cargoIn, describeRust } from '../support/rust.ts';
import { packedFiles } from './packed-files.ts';

const packed = packedFiles();

test('the README names a folder that the package has, with all that cargo needs', () => {
  const [, folder] =
    /^handover = \{ path = "node_modules\/handover\/(\S+)" \}$/m.exec(
      textOf('child/rust/README.md'),
    ) ?? [];
  expect(folder).toBeDefined();
  const needed = ['Cargo.toml', 'README.md', 'src/lib.rs'];
  expect(packed).toEqual(expect.arrayContaining(needed.map((file) => `${folder}/${file}`)));
  const sources = globSync(`${folder}/src/**/*.rs`, { cwd: repository });
  expect(sources).toContain(`${folder}/src/party/mod.rs`);
  expect(packed).toEqual(expect.arrayContaining(sources));
});

describeRust('the crate as it is packed', () => {
  test('compiles with nothing else beside it', { timeout: 300_000 }, async () => {
    const folder = folderOf({});
    for (const file of packed.filter((name) => name.startsWith('child/rust/'))) {
      cpSync(join(repository, file), join(folder, file));
    }
    await cargoIn(join(folder, 'child/rust'), 'check', '--offline');
  });
});

test('the sources of the crate are in it without what cargo made of them', () => {
  expect(packed.filter((file) => file.includes('child/rust/target'))).toEqual([]);
});
