/**
 * The programs in Rust that tests start, as one project: the stages, the subject of the conformance kit, and those of
 * the README. It lies in a folder of its own for each run of the tests, where the first test that needs it has it
 * compiled, and which is removed at the end.
 */
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { programsIn, repository } from '../docs/programs.ts';

const crate = join(repository, 'child/rust');

export default function makeRustProject(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'handover-rust-'));
  process.env.TEST_RUST_FOLDER = folder;
  const project = join(folder, 'stages');
  mkdirSync(project);
  const sources = [
    join(repository, 'test/fixtures/conformance/subject.rs'),
    ...globSync(join(repository, 'test/fixtures/stages/rust/*.rs')),
    ...writeReadme(project),
  ];
  writeFileSync(join(project, 'Cargo.toml'), manifestOf(sources));
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Where its programs are now. */
function writeReadme(project: string): readonly string[] {
  const files = programsIn('child/rust/README.md').flatMap(({ files }) => [...files]);
  return files
    .filter(([name]) => name.endsWith('.rs'))
    .map(([name, text]) => {
      const path = join(project, basename(name));
      writeFileSync(path, text);
      return path;
    });
}

function manifestOf(sources: readonly string[]): string {
  const programs = sources.map(
    (path) => `[[bin]]\nname = "${basename(path, '.rs')}"\npath = "${path}"\n`,
  );
  return `[package]
name = "stages"
edition = "2024"
publish = false

[dependencies]
handover = { path = "${crate}" }
serde = { version = "1", features = ["derive"] }

[profile.dev]
debug = "line-tables-only"

[workspace]

${programs.join('\n')}`;
}
