/** The module for Go inside the package for Node: where its README says that it is, complete, and built as that says. */
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blocksIn, repository, textOf } from '../docs/programs.ts';
import { Project } from '../docs/project.ts';
import { describeGo } from '../support/go.ts';
import { packedFiles } from './packed-files.ts';

const document = 'child/go/README.md';

test('its README names a folder that the package has, with all sources, and without their tests', () => {
  const [, folder] =
    /^go mod edit -replace handover=\.\/node_modules\/handover\/(\S+)$/m.exec(textOf(document)) ??
    [];
  expect(folder).toBe('child/go');
  const packed = packedFiles().filter((file) => file.startsWith(`${folder}/`));
  const sources = globSync(`${folder}/**/*.go`, { cwd: repository }).filter(
    (file) => !/_test\.go$|\/internal\/vectors\//.test(file),
  );
  expect(sources).toContain(`${folder}/internal/party/party.go`);
  const modules = globSync(`${folder}/**/go.{mod,sum}`, { cwd: repository });
  expect(modules).toContain(`${folder}/contracts/go.mod`);
  expect(packed.toSorted()).toEqual([...sources, ...modules, `${folder}/README.md`].toSorted());
});

describeGo('a project that uses it', () => {
  test('is made by the commands of its README, as they stand there', () => {
    const blocks = blocksIn(document).filter(({ heading }) => heading === 'A stage');
    const project = new Project();
    for (const { file, text } of blocks) if (file !== undefined) project.write(file, `${text}\n`);
    const commands = blocks.find(({ language }) => language === 'sh')?.text.split('\n') ?? [];
    const inGo = commands.filter((command) => command.startsWith('go '));
    expect(inGo).toHaveLength(4);
    for (const command of inGo) {
      const [program = '', ...args] = command.split(' ');
      execFileSync(program, args, { cwd: project.folder, stdio: 'ignore' });
    }
    expect(globSync('upper', { cwd: project.folder })).toEqual(['upper']);
  });
});
