/** The programs of the README, of the guide and of the protocol run, and print what is said there. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { blocksIn, type Program, programsIn, repository } from './programs.ts';
import { Project } from './project.ts';

const documents = ['README.md', 'docs/guide.md', 'docs/protocol.md'];
const programs = documents.flatMap(programsIn);

describe('programs in the documents', () => {
  test.each(programs)('$title', async ({ files, steps }) => {
    const project = new Project();
    for (const [file, text] of files) project.write(file, text);
    for (const { command, output } of steps) {
      const ended = await project.run(command);
      if (output === undefined) expect(ended).toMatchObject({ exitCode: 0 });
      else expect(constant(ended.output)).toBe(constant(output));
    }
  });

  test.each(documents)('every piece of code in %s belongs to a program', (document) => {
    const run = new Set(programsIn(document).flatMap(({ files }) => [...files.values()]));
    const code = blocksIn(document).filter(({ language }) => /^(ts|tsx|js|mjs)$/.test(language));
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
