import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describePython, pythonEnvironment } from '../../../support/python.ts';
import { linesOf, placeWith } from './shell.ts';

const upper = `#!/usr/bin/env python3
from handover import stage
with stage() as ends:
    for value in ends.input:
        print('got', value)
        ends.output.send(value.upper())
`;

describePython('a stage in Python', () => {
  test('R1 is found by its neighbours in a line, as any other', async () => {
    const place = placeWith({
      'words.mjs': "for (const word of ['one', 'two']) await output.send(word);",
      'show.mjs': "for await (const value of input) tell('told', value);",
    });
    writeFileSync(join(place.folder, 'upper.py'), upper);
    chmodSync(join(place.folder, 'upper.py'), 0o755);
    const environment = Object.entries(pythonEnvironment).map(
      ([name, value]) => `${name}=${value}`,
    );
    const line = `export ${environment.join(' ')}; handover stage words.mjs | handover stage ./upper.py | handover stage show.mjs`;
    const ended = await place.run(line);
    expect(ended).toEqual({ exitCode: 0, stdout: '', stderr: '[upper] got one\n[upper] got two' });
    expect(linesOf(place, 'told')).toEqual(['ONE', 'TWO']);
  });
});
