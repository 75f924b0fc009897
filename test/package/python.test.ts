/** The package for Python inside the package for Node: where the documents say that it is, and complete. */
import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repository, textOf } from '../docs/programs.ts';
import { packedFiles } from './packed-files.ts';

const packed = packedFiles();

test.each(['docs/guide.md', 'child/python/README.md'])(
  '%s says `pip install` for a folder that the package has, with all that pip needs',
  (document) => {
    const [, folder] =
      /^pip install \.\/node_modules\/handover\/(\S+)$/m.exec(textOf(document)) ?? [];
    expect(folder).toBeDefined();
    const needed = ['pyproject.toml', 'README.md', 'src/handover/py.typed'];
    expect(packed).toEqual(expect.arrayContaining(needed.map((file) => `${folder}/${file}`)));
    const sources = globSync(`${folder}/src/**/*.py`, { cwd: repository });
    expect(sources).toContain(`${folder}/src/handover/aio.py`);
    expect(packed).toEqual(expect.arrayContaining(sources));
  },
);

test('the sources of the package for Python are in it without what Python made of them', () => {
  expect(packed.filter((file) => /__pycache__|\.pyc$|egg-info/.test(file))).toEqual([]);
});
