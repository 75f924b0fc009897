/** The crate for Rust inside the package for Node: where the documents say that it is, and complete. */
import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repository, textOf } from '../docs/programs.ts';
import { packedFiles } from './packed-files.ts';

const packed = packedFiles();

test('the README names a folder that the package has, with all that cargo needs', () => {
  const [, folder] =
    /^handover = \{ path = "node_modules\/handover\/(\S+)" \}$/m.exec(
      textOf('child/rust/README.md'),
    ) ?? [];
  expect(folder).toBeDefined();
  const needed = ['Cargo.toml', 'Cargo.lock', 'README.md', 'src/lib.rs'];
  expect(packed).toEqual(expect.arrayContaining(needed.map((file) => `${folder}/${file}`)));
  const sources = globSync(`${folder}/src/**/*.rs`, { cwd: repository });
  expect(sources).toContain(`${folder}/src/party/mod.rs`);
  expect(packed).toEqual(expect.arrayContaining(sources));
});

test('the sources of the crate are in it without what cargo made of them', () => {
  expect(packed.filter((file) => file.includes('child/rust/target'))).toEqual([]);
});
