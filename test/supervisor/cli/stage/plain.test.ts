import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { echoCodes, linesOf, placeWith, plainReader, plainWriter, shells } from './shell.ts';

const stages = {
  'count.mjs': 'for (let n = 1; n <= Number(process.argv[2] ?? 3); n++) await output.send({ n });',
  'words.mjs': "for (const word of ['one', 'two']) await output.send(word);",
  'pass.mjs': 'for await (const value of input) await output.send(value);',
};

const three = ['{"n":1}', '{"n":2}', '{"n":3}'];

describe.each(shells)('in $name', ({ name, isInstalled }) => {
  test.skipIf(!isInstalled).each([
    ['tee behind', 'handover stage count.mjs | tee copy > out', [plainReader('tee')]],
    ['cat behind', 'handover stage count.mjs | cat > out', [plainReader('cat')]],
    [
      'the shell itself behind',
      'handover stage count.mjs | while read -r line; do echo "$line"; done > out',
      [plainReader(name)],
    ],
    [
      'a program before',
      `printf '{"n":1}\\n{"n":2}\\n{"n":3}' | handover stage pass.mjs > out`,
      [plainWriter],
    ],
    [
      'tee between',
      'handover stage count.mjs | tee copy | handover stage pass.mjs > out',
      [plainReader('tee'), plainWriter],
    ],
    [
      'ssh between',
      'handover stage count.mjs | ssh host handover stage pass.mjs > out',
      [plainReader('cat'), plainWriter, plainReader('cat')],
    ],
    [
      'a program first, and then a stage',
      `(echo '{"n":1}'; echo '{"n":2}'; echo '{"n":3}'; handover stage words.mjs) | handover stage pass.mjs | head -3 > out`,
      [plainWriter, plainReader(), plainReader('head')],
    ],
  ])('with %s there are lines, and it is said once', async (_, line, said) => {
    const place = placeWith(stages);
    const { stderr, ...ended } = await place.run(line, name);
    expect(ended).toEqual({ exitCode: 0, stdout: '' });
    expect(linesOf(place, 'out')).toEqual(three);
    // The shell that a plain reader becomes a moment later may have been seen in its place.
    expect(stderr.split('\n').sort()).toEqual([...said].sort());
    expect(place.announced()).toEqual([]);
  });
});

test('of a file nothing is said: nobody expects it to take anything', async () => {
  const place = placeWith(stages);
  expect(
    await place.run('handover stage words.mjs > in; handover stage pass.mjs < in > out'),
  ).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
  });
  expect(linesOf(place, 'out')).toEqual(['one', 'two']);
});

test('nothing is read from a stdin that has nothing: the input has ended', async () => {
  const place = placeWith(stages);
  expect(await place.run('handover stage pass.mjs < /dev/null')).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
  });
});

test('R9 head -3 ends a stage quietly with 141, as it ends yes', async () => {
  const place = placeWith(stages);
  const { stdout, stderr } = await place.run(
    `handover stage count.mjs -- 1000000 | head -3 > out; ${echoCodes}; yes | head -3 > /dev/null; ${echoCodes}`,
  );
  expect(stdout).toBe('141 0\n141 0');
  expect(stderr).toBe(plainReader('head'));
  expect(linesOf(place, 'out')).toEqual(three);
});

test('a stage that wants no more ends yes', async () => {
  const place = placeWith({
    'three.mjs': 'for (let n = 0; n < 3; n++) await output.send(await input.receive());',
    // It goes on when it has closed its input, until it is told that yes has ended.
    'close.mjs': `
      await input.receive();
      input.close();
      const { existsSync, watch } = await import('node:fs');
      await new Promise((resolve) => {
        const look = () => existsSync('over') && (watcher.close(), resolve());
        const watcher = watch('.', look);
        look();
      });`,
  });
  const first = await place.run(`yes | handover stage three.mjs > out; ${echoCodes}`);
  expect(first).toEqual({ exitCode: 0, stdout: '141 0', stderr: plainWriter });
  expect(linesOf(place, 'out')).toEqual(['y', 'y', 'y']);
  const second = await place.run(`(yes; touch over) | handover stage close.mjs; ${echoCodes}`);
  expect(second.stdout).toBe('0 0');
});

test('what a line cannot carry is refused: the send fails, and says why', async () => {
  const place = placeWith({
    'send.mjs': `
      for (const value of ['two\\nlines', { when: new Date(0) }, new Uint8Array(1), [NaN], 'fine']) {
        await output.send(value).catch(({ code, failures }) => tell('told', code + ' ' + failures[0].message));
      }`,
  });
  expect(await place.run('handover stage send.mjs | cat > out')).toMatchObject({ exitCode: 0 });
  expect(linesOf(place, 'out')).toEqual(['fine']);
  expect(linesOf(place, 'told')).toEqual([
    expect.stringMatching(/^LOST .*a line has no "\\n" inside/),
    expect.stringMatching(/^LOST .*JSON has no way to write a moment \(\$\.when\)/),
    expect.stringMatching(/^LOST .*JSON has no way to write bytes/),
    expect.stringMatching(/^LOST .*JSON has no NaN \(\$\[0\]\)/),
  ]);
});

test('with --json every line is JSON, a text too, both ways', async () => {
  const place = placeWith({
    ...stages,
    'show.mjs': "for await (const value of input) tell('told', typeof value);",
  });
  await place.run('handover stage --json words.mjs | tee out | handover stage --json show.mjs');
  expect(linesOf(place, 'out')).toEqual(['"one"', '"two"']);
  expect(linesOf(place, 'told')).toEqual(['string', 'string']);
  await place.run('echo "[1]" | handover stage --json show.mjs');
  expect(linesOf(place, 'told')).toEqual(['string', 'string', 'object']);
});

test('R9 input that cannot be read breaks, and is no end', async () => {
  const place = placeWith({
    'show.mjs': `
      try { for await (const value of input) tell('told', JSON.stringify(value)); }
      catch (error) { tell('told', error.code); }`,
  });
  const { stderr } = await place.run("printf '1\\nno\\n2\\n' | handover stage --json show.mjs");
  expect(stderr).toContain('handover stage: stdin cannot be read: line 2 is no JSON: no');
  expect(linesOf(place, 'told')).toEqual(['1', 'CHANNEL_BROKEN']);
});

test('where others could look into the folder in which stages find each other, none is found', async () => {
  const place = placeWith(stages);
  const folder = join(place.folder, 'run', 'handover');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  // There is no other folder for temporary files that could be used.
  const line =
    'mkdir -m 777 open; export TMPDIR=$PWD/open; handover stage count.mjs | handover stage pass.mjs > out';
  const { stderr } = await place.run(line);
  expect(stderr.split('\n').sort()).toEqual([plainReader(), plainWriter].sort());
  expect(linesOf(place, 'out')).toEqual(three);
  expect(place.announced()).toEqual([]);
});
