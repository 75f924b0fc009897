/** The programs of the READMEs, of the guide and of the protocol run, and print what is said there. */
import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { describeGo } from '../support/go.ts';
import { describePython, pythonEnvironment } from '../support/python.ts';
import { describeRust, rustTarget } from '../support/rust.ts';
import { GoPrograms, isInGo } from './go-programs.ts';
import { blocksIn, type Program, programsIn, repository } from './programs.ts';
import { Project } from './project.ts';

const documents = [
  'README.md',
  'docs/guide.md',
  'docs/protocol.md',
  'child/python/README.md',
  'child/rust/README.md',
  'child/go/README.md',
];
const programs = documents.flatMap(programsIn);
const inPython = programs.filter(({ files }) =>
  [...files.keys()].some((name) => /\.py$/.test(name)),
);
const inRust = programs.filter(({ files }) => [...files.keys()].some((name) => /\.rs$/.test(name)));
const inGo = programs.filter(isInGo);
const others = programs.filter((program) => ![...inPython, ...inRust, ...inGo].includes(program));

describe('programs in the documents', () => {
  test.each(others)('$title', (program) => expectOutput(program));

  test.each(documents)('every piece of code in %s belongs to a program', (document) => {
    const run = new Set(programsIn(document).flatMap(({ files }) => [...files.values()]));
    const code = blocksIn(document).filter(({ language }) =>
      /^(ts|tsx|js|mjs|python|rust|go)$/.test(language),
    );
    const idle = code.filter(({ text }) => !run.has(`${text}\n`));
    expect(idle.map(({ line }) => `${document}:${line}`)).toEqual([]);
  });

  test('the types are right', async () => {
    const project = new Project();
    for (const [index, program] of programs.entries()) writeInto(project, index, program);
    project.write('tsconfig.json', JSON.stringify(configuration));
    const compiler = join(repository, 'node_modules/typescript/bin/tsc');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [compiler, '-p', project.folder],
      {
        cwd: project.folder,
      },
    ).catch((error: { readonly stdout: string }) => error);
    expect(stdout).toBe('');
  });
});

describePython('programs in the documents, with stages in Python', () => {
  test.each(inPython)('$title', async (program) => {
    for (const [name, value] of Object.entries(pythonEnvironment)) vi.stubEnv(name, value);
    await expectOutput(program);
    vi.unstubAllEnvs();
  });
});

describeRust('programs in the documents, with stages in Rust', () => {
  test.each(inRust)('$title', async (program) => {
    const project = new Project();
    symlinkSync(rustTarget, join(project.folder, 'target'));
    await expectOutput(program, project);
  });
});

describeGo('programs in the documents, with stages in Go', () => {
  const built = new GoPrograms(inGo);
  afterAll(() => built.remove());

  test.each(inGo)('$title', async (program) => {
    const project = new Project();
    built.putInto(project, program);
    await expectOutput(program, project);
  });
});

async function expectOutput({ files, steps }: Program, project = new Project()): Promise<void> {
  for (const [file, text] of files) project.write(file, text);
  for (const { command, output } of steps) {
    const ended = await project.run(command);
    if (output === undefined) expect(ended).toMatchObject({ exitCode: 0 });
    else expect(constant(ended.output)).toBe(constant(output));
  }
}

const configuration = {
  extends: join(repository, 'tsconfig.json'),
  compilerOptions: {
    jsx: 'preserve',
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: false,
  },
  include: ['program-*/*'],
  exclude: [],
};

function writeInto(project: Project, index: number, { files }: Program): void {
  for (const [file, text] of files) project.write(`program-${index}/${file}`, text);
}

/** What is different in each run: process numbers, folders, how long something took, which replica it was. */
function constant(output: string): string {
  return output
    .trimEnd()
    .replaceAll(/\bprocess \d+/g, 'process N')
    .replaceAll(/^\[(\w+)\.\d+\]/gm, '[$1]')
    .replaceAll(/ \(replica \d+\)/g, '')
    .replaceAll(/\b(after|for) \d+\.\d s/g, '$1 N s')
    .replaceAll(/\bfor (\d+|N) ms/g, 'for N ms')
    .replaceAll(/\(\/\S*\/(\w+\.ts:\d+:\d+)\)/g, '($1)');
}
