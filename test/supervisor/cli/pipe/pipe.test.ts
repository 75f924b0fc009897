/** `handover pipe` as it is typed: what goes through, in which form, and with which exit code it ends. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { describePython, pythonEnvironment } from '../../../support/python.ts';
import { stageModule } from '../../../support/stage-module.ts';
import { handover, hasTerminal, startHandover, startInTerminal } from '../command.ts';
import { folderOf } from '../files.ts';

/** A module among the fixtures, and its arguments, as they are typed. */
function module(name: string, ...args: readonly unknown[]): string {
  return [fileURLToPath(stageModule(name)), ...args].join(' ');
}

const pipe = (args: readonly string[], cwd?: string) => handover(['pipe', ...args], cwd);

describe('what goes from stage to stage', () => {
  test('modules and commands, side by side: lines between programs, values between modules', async () => {
    const typed = ['seq 4', module('double'), module('echo'), 'grep -v 4', 'tr 6 x'];
    expect(await pipe(typed)).toEqual({ exitCode: 0, stdout: '2\nx\n8', stderr: '' });
  });

  test('stdin goes to the first stage, and the last one writes to stdout', async () => {
    const running = startHandover(['pipe', module('double')]);
    running.type('21\n');
    expect((await running.printed(/(\d+)\n/))[1]).toBe('42');
    running.closeInput();
    expect(await running.ended).toMatchObject({ exitCode: 0, stdout: '42' });
  });

  test('what is no text goes to a program as JSON; with --format jsonl it comes back as it was', async () => {
    const folder = folderOf({ 'in.jsonl': '{"a":[1,"x"]}\n' });
    const echo = module('echo');
    const asText = await pipe(['cat in.jsonl', echo, 'cat'], folder);
    expect(asText.stdout).toBe('{"a":[1,"x"]}');
    const parsed = await pipe(['cat in.jsonl', echo, 'cat', '--tap', '3', '-f', 'jsonl'], folder);
    expect(parsed).toEqual({
      exitCode: 0,
      stdout: '{"a":[1,"x"]}',
      stderr: "[tap 3] { a: [ 1, 'x' ] }",
    });
  });

  test('a format of its own stands before a command', async () => {
    const typed = ['nul: printf "one\\0two\\0"', module('echo'), 'chunks: cat'];
    const { stdout, stderr, exitCode } = await pipe(typed);
    // A text is no bytes: the cat that was said to read bytes cannot be given it.
    expect(stderr).toContain('it reads bytes, not a string');
    expect({ stdout, exitCode }).toMatchObject({ stdout: '', exitCode: 1 });
    expect(await pipe(['nul: printf "one\\0two\\0"', 'nul: sort -z -r', 'cat'])).toMatchObject({
      stdout: 'two\none',
      exitCode: 0,
    });
  });

  test('what it takes a shell for, a shell does', async () => {
    const typed = ['printf "b\\na\\n" | sort', 'X=y; sed "s/a/$X/"', 'LC_ALL=C tr b c'];
    expect(await pipe(typed)).toEqual({ exitCode: 0, stdout: 'y\nc', stderr: '' });
  });

  test('R1 a stage is at no time ahead of the one behind it', async () => {
    const running = startHandover(['pipe', module('send-and-say'), module('take-one-and-wait')]);
    await running.printed(/\[take-one-and-wait\] took 0/);
    await running.printed(/\[send-and-say\] sent 0/);
    running.signal('SIGTERM');
    const { stderr } = await running.ended;
    expect(stderr).not.toContain('sent 1');
  });

  describePython('a script in Python', () => {
    test('that imports handover is a stage, and any other one a program', async () => {
      const folder = folderOf({
        'up.py':
          'from handover import stage\nwith stage() as ends:\n  for x in ends.input: ends.output.send([x.upper()])\n',
        'plain.py': 'import sys\nfor line in sys.stdin: print(line.strip() + "!")\n',
      });
      const python = `PYTHONPATH=${pythonEnvironment.PYTHONPATH} python3`;
      const typed = ['echo hi', `${python} up.py`, 'python3 plain.py'];
      expect(await pipe(typed, folder)).toEqual({ exitCode: 0, stdout: '["HI"]!', stderr: '' });
      const { stdout } = await pipe([...typed, '--list'], folder);
      expect(stdout.split('\n').map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual([
        ['1', 'echo', 'a program (text)'],
        ['2', 'up', 'a stage by its own account'],
        ['3', 'plain', 'a program (text)'],
      ]);
    });
  });
});

describe('several processes of a stage', () => {
  test('-j share what comes, and with --ordered what they send keeps its order', async () => {
    const typed = ['seq 40', module('double'), 'cat'];
    const numbers = Array.from({ length: 40 }, (_, index) => `${2 * (index + 1)}`);
    const ordered = await pipe([...typed, '-j', '2=3', '--ordered']);
    expect(ordered).toEqual({ exitCode: 0, stdout: numbers.join('\n'), stderr: '' });
    const { stdout, exitCode } = await pipe([...typed, '-j', '2=3']);
    expect(stdout.split('\n').toSorted()).toEqual(numbers.toSorted());
    expect(exitCode).toBe(0);
  });
});

describe('when a stage fails', () => {
  test('the exit code is that of the first that failed; those behind it see a break', async () => {
    const { exitCode, stdout, stderr } = await pipe(['seq 2', 'sh -c "cat; exit 7"', 'cat']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: '1\n2' });
    expect(stderr).toContain('[sh] stage "sh" exited with code 7');
    expect(stderr).toContain('[cat] "sh → cat" is broken');
    expect(stderr).not.toContain('    at ');
  });

  test('by a signal: 128 and its number', async () => {
    expect(await pipe(['seq 3', module('crash-on', 2), '-f', 'jsonl'])).toMatchObject({
      exitCode: 128 + 9,
      stdout: '1',
    });
  });

  test('R7 with --restart and --dead-letters: one value is set aside, the others go on', async () => {
    const folder = folderOf({});
    const { exitCode, stdout } = await pipe(
      [
        ...['seq 4', module('double-at-work', '3:before:9'), 'cat', '-f', 'jsonl'],
        ...['--restart', 'on-failure', '--max-attempts', '2', '--dead-letters', 'dead.jsonl'],
      ],
      folder,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '2\n4\n8' });
    const killed = expect.stringContaining('was killed by SIGKILL');
    const letters = readFileSync(join(folder, 'dead.jsonl'), 'utf8').trimEnd().split('\n');
    expect(letters.map((letter) => JSON.parse(letter))).toMatchObject([
      { channel: 'seq → double-at-work', attempts: 2, value: 3, failures: [killed, killed] },
    ]);
  });

  test('a command that was taken for a stage, and is none: how to type it is told', async () => {
    const folder = folderOf({ 'x.sh': '# no handover\necho x' });
    const { exitCode, stdout, stderr } = await pipe(['sh x.sh', 'cat'], folder);
    expect(stderr).toContain(`"x" was taken for a stage, and said no hello: if it is none, type`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(await pipe(['text: sh x.sh', 'cat'], folder)).toMatchObject({
      exitCode: 0,
      stdout: 'x',
    });
  });

  test('what stdin has and the format has not is told, and the exit code is 1', async () => {
    const running = startHandover(['pipe', 'cat', '-f', 'jsonl']);
    running.type('{"a":1}\nno json\n');
    expect(await running.ended).toMatchObject({
      exitCode: 1,
      stderr: 'handover: line 2 is no JSON: no json (of stdin)',
    });
  });
});

describe('when nobody wants more', () => {
  test('of a stage: those before it end, and that is no failure', async () => {
    expect(await pipe(['yes', 'head -3'])).toEqual({ exitCode: 0, stdout: 'y\ny\ny', stderr: '' });
    const { exitCode, stdout } = await pipe([module('count-up'), 'head -2']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '0\n1' });
  });

  test('of stdout: the same', async () => {
    const running = startHandover(['pipe', 'yes']);
    await running.printed(/y\n/);
    running.stopReading();
    expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.skipIf(!hasTerminal)('a terminal is not read', async () => {
    const { exitCode, stdout } = await startInTerminal(['pipe', 'cat']).ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
  });

  test('Ctrl-C ends all', async () => {
    const running = startHandover(['pipe', module('count-up'), 'cat']);
    await running.printed(/\n10\n/);
    running.signal('SIGINT');
    expect(await running.ended).toMatchObject({ exitCode: 130 });
  });
});

describe('what is typed wrongly is told in a sentence', () => {
  test.each([
    [['jqq .'], 'stage 1 is to run "jqq", and there is no such command: jqq .'],
    [['cat', './pares.ts'], 'stage 2 is to run ./pares.ts, and there is no such file'],
    [['cat', ' '], 'stage 2 is empty: give a file, or a command'],
    [['cat', 'sort', '-j', '3=2'], '--replicas names stage 3, and the stages are 1 cat, 2 sort'],
    [['cat', '--tap', '2'], '--tap names stage 2, and the stages are 1 cat'],
    [['cat', '-D', '/there/is/none'], 'dead letters cannot be written: ENOENT'],
    [['cat', '-j', '2'], 'It is the number of a stage, and of its processes: 2=4.'],
    [['cat', '-f', 'xml'], 'Allowed choices are text, lines, jsonl, csv,'],
  ])('%j', async (typed, words) => {
    const { exitCode, stdout, stderr } = await pipe(typed);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^handover: /);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  test('--help shows what a stage may be, the options and the exit codes', async () => {
    const { exitCode, stdout, stderr } = await handover(['help', 'pipe']);
    for (const part of ["'jsonl: jq -c .x'", "'stage: ./run.sh'", '--tap <stage>', '--list']) {
      expect(stdout).toContain(part);
    }
    const exitCodes = [...stdout.matchAll(/^ {2}(\d+) +\w/gm)].map(([, code]) => Number(code));
    expect(exitCodes).toEqual([0, 1, 2, 3, 129, 130, 143]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});
