/** The stages in Go of the documents: all are built in one go. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { goPackage } from '../support/go.ts';
import type { Program } from './programs.ts';
import type { Project } from './project.ts';

export function isInGo({ files }: Program): boolean {
  return [...files.keys()].some((name) => name.endsWith('.go'));
}

/** Built when the first is asked for, and gone after `remove`. */
export class GoPrograms {
  readonly #programs: readonly Program[];
  #folder: string | undefined;

  constructor(programs: readonly Program[]) {
    this.#programs = programs;
  }

  /** Where `go build upper.go` would leave them. */
  putInto(project: Project, program: Program): void {
    const folder = this.#built();
    for (const name of stagesOf(program)) {
      symlinkSync(join(folder, 'bin', name), join(project.folder, name));
    }
  }

  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #built(): string {
    if (this.#folder !== undefined) return this.#folder;
    const folder = mkdtempSync(join(tmpdir(), 'handover-go-docs-'));
    this.#folder = folder;
    writeFileSync(
      join(folder, 'go.mod'),
      `module docs\n\ngo 1.26\n\nrequire handover v0.0.0\n\nreplace handover => ${goPackage}\n`,
    );
    for (const { files } of this.#programs) {
      for (const [name, text] of files) {
        if (!name.endsWith('.go')) continue;
        const path = join(folder, name.replace(/\.go$/, ''), 'main.go');
        mkdirSync(dirname(path));
        writeFileSync(path, text);
      }
    }
    const options = { cwd: folder, encoding: 'utf8' } as const;
    execFileSync('go', ['vet', './...'], options);
    execFileSync('go', ['build', '-o', 'bin/', './...'], options);
    const badlyFormatted = execFileSync('gofmt', ['-l', '.'], options);
    if (badlyFormatted !== '') throw new Error(`not as gofmt has it: ${badlyFormatted}`);
    return folder;
  }
}

function stagesOf({ files }: Program): readonly string[] {
  return [...files.keys()]
    .filter((name) => name.endsWith('.go'))
    .map((name) => name.replace(/\.go$/, ''));
}
