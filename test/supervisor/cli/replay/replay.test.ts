import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { handover, startHandover } from '../command.ts';
import { crash, doubler, edit } from './stage.ts';

describe('a stage that crashes on one value', () => {
  test.each([
    ['process.kill(process.pid, "SIGKILL"); for (;;);', 'SIGKILL'],
    ['process.abort()', 'SIGABRT'],
    ['throw new Error("not that")', 'exit code 1'],
    ['process.exit(7)', 'exit code 7'],
  ])('%s: does so again, and that is said', async (death, way) => {
    const { folder, report } = await crash(doubler(`if (value.number === 2) { ${death} }`));
    const { exitCode, stdout } = await handover(['replay', report], folder);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(
        /^then: stage "doubler" .*\(process \d+\); it held 1 value from "numbers"/,
      ),
      'but it was given TOKEN in its environment; here there is no such variable',
      'gives "numbers" → { number: 2 }',
      expect.stringContaining(`now: it died the same way (${way}): stage "doubler" `),
    ]);
    expect(exitCode).toBe(1);
  });

  test('and was mended survives, and what it sends is shown', async () => {
    const { folder, report } = await crash(doubler('if (value.number === 2) process.abort()'));
    writeFileSync(join(folder, 'doubler.js'), doubler('console.error("works on", value)'));
    const { exitCode, stdout, stderr } = await handover(['replay', report], folder);
    expect(stdout.split('\n').slice(-2)).toEqual(['"doubled" ← { double: 4 }', 'now: it survived']);
    expect(stderr).toBe('[doubler] works on { number: 2 }');
    expect(exitCode).toBe(0);
  });

  test('and then dies another way: that is said', async () => {
    const { folder, report } = await crash(doubler('if (value.number === 2) process.abort()'));
    writeFileSync(join(folder, 'doubler.js'), doubler('process.exit(4)'));
    const { exitCode, stdout } = await handover(['replay', report], folder);
    expect(stdout).toContain(
      'now: it failed another way (exit code 4; then SIGABRT): stage "doubler"',
    );
    expect(exitCode).toBe(1);
  });

  test('without extended mode: is given the value that it took last', async () => {
    const module = doubler('if (value.number === 2) process.abort()', { isExtended: false });
    const { folder, report } = await crash(module);
    const { exitCode, stdout } = await handover(['replay', report], folder);
    expect(stdout).toContain(
      'gives "numbers" → { number: 2 }\nnow: it died the same way (SIGABRT)',
    );
    expect(exitCode).toBe(1);
  });

  test('is found by the folder of its report, too', async () => {
    const { folder } = await crash(doubler('if (value.number === 2) process.abort()'));
    const { exitCode, stdout } = await handover(['replay', 'crashes'], folder);
    expect(stdout).toContain('now: it died the same way (SIGABRT)');
    expect(exitCode).toBe(1);
  });

  test('is found among later reports that have no value: of those who failed after it', async () => {
    const { folder, report } = await crash(doubler('if (value.number === 2) process.abort()'));
    const later = { ...JSON.parse(readFileSync(report, 'utf8')), inHand: [], takenLast: [] };
    const file = join(folder, 'crashes/crash-99991231T235959.999Z-reader-1.json');
    writeFileSync(file, JSON.stringify(later));
    const { stdout } = await handover(['replay', 'crashes'], folder);
    expect(stdout).toContain('now: it died the same way (SIGABRT)');
  });

  test('before it is given any: is started once more', async () => {
    const { folder, report } = await crash('process.exit(5);');
    const { exitCode, stdout } = await handover(['replay', report], folder);
    expect(stdout).toContain('gives nothing: ');
    expect(stdout).toContain('now: it died the same way (exit code 5)');
    expect(exitCode).toBe(1);
  });

  test('only now and then: is run until it does', async () => {
    const { folder, report } = await crash(doubler('if (value.number === 2) process.abort()'));
    const once = `import { existsSync, writeFileSync } from 'node:fs';
      if (value.number === 2 && existsSync('once')) process.abort();
      writeFileSync('once', '')`;
    const [imports = '', ...rest] = once.split('\n');
    writeFileSync(join(folder, 'doubler.js'), `${imports}\n${doubler(rest.join('\n'))}`);
    const { exitCode, stdout } = await handover(['replay', report, '--attempts', '5'], folder);
    expect(stdout).toContain(
      'now, 1 of 5: it survived\nnow, 2 of 5: it died the same way (SIGABRT)',
    );
    expect(stdout).not.toContain('3 of 5');
    expect(exitCode).toBe(1);
  });
});

test('a stage that hung is killed again for the same limit', async () => {
  const topology = `export default async (supervisor) => {
    const numbers = supervisor.channel('numbers', { maxAttempts: 1 });
    const doubled = supervisor.channel('doubled');
    supervisor.stage('doubler', {
      module: new URL('./doubler.js', import.meta.url),
      deadline: 300,
      ends: { input: numbers.receiver, output: doubled.sender },
    });
    await numbers.sender.send({ number: 1 });
  };`;
  const { folder, report } = await crash(doubler('for (;;)'), [], { 'topology.js': topology });
  const { exitCode, stdout } = await handover(['replay', report], folder);
  expect(stdout).toContain('now: it died the same way (HANG): stage "doubler" was killed: ');
  expect(exitCode).toBe(1);
});

test('--inspect waits for a debugger, and says where', async () => {
  const { folder, report } = await crash(doubler('if (value.number === 2) process.abort()'));
  const running = startHandover(['replay', report, '--inspect'], folder);
  const [, port] = await running.printed(
    /^waits for a debugger: node inspect 127\.0\.0\.1:(\d+), or chrome:\/\/inspect$/m,
  );
  const targets = await fetch(`http://127.0.0.1:${port}/json/list`);
  expect(await targets.json()).toMatchObject([{ url: expect.stringContaining('doubler.js') }]);
  running.signal('SIGINT');
  expect(await running.ended).toMatchObject({ exitCode: 130 });
});

describe('what cannot be replayed is told in a sentence, with exit code 2:', () => {
  const failing = doubler('process.abort()');

  test('a report without its values', async () => {
    const { folder, report } = await crash(failing, ['--no-values']);
    expect(await handover(['replay', report], folder)).toMatchObject({
      exitCode: 2,
      stderr:
        'handover: the report does not have the value from "numbers": values are left out. Without it there is nothing to replay',
    });
  });

  test('a module that is not there any more', async () => {
    const { folder, report } = await crash(failing);
    rmSync(join(folder, 'doubler.js'));
    const { exitCode, stderr } = await handover(['replay', report], folder);
    expect(stderr).toBe(
      `handover: the module of stage "doubler" is not there any more: ${join(folder, 'doubler.js')}. Where it has moved, correct "module" in the report`,
    );
    expect(exitCode).toBe(2);
  });

  test('a value that is none', async () => {
    const { folder, report } = await crash(failing);
    edit(report, (fields) => {
      const [value] = fields.inHand as { content: { msgpack: string } }[];
      if (value !== undefined) value.content.msgpack = 'wcHB';
    });
    const { exitCode, stderr } = await handover(['replay', report], folder);
    expect(stderr).toMatch(
      /^handover: .* is no crash report: the value from "numbers" cannot be read: /,
    );
    expect(exitCode).toBe(2);
  });

  test.each<[string, (fields: Record<string, unknown>) => void, RegExp]>([
    [
      'another version',
      (fields) => Object.assign(fields, { version: 2 }),
      /is a crash report of version 2, and this handover reads version 1: replay it with the handover that wrote it \(\d+\.\d+\.\d+\)$/,
    ],
    [
      'another format',
      (fields) => Object.assign(fields, { format: 'a poem' }),
      /is no crash report: it does not say "format": "handover crash report"$/,
    ],
    [
      'something missing',
      (fields) => Object.assign(fields, { ends: [{ name: 'input' }] }),
      /is no crash report: ends\[0\]\.side should be a text$/,
    ],
    [
      'no way to start',
      (fields) => Object.assign(fields, { start: {} }),
      /is no crash report: start\.module should be a text$/,
    ],
    [
      'an end that the stage did not have',
      (fields) => Object.assign(fields, { ends: [] }),
      /the value from "numbers" came over an end that the stage was not given at its start/,
    ],
    [
      'two ends of one name',
      (fields) => Object.assign(fields, { ends: [fields.ends, fields.ends].flat() }),
      /the report cannot be replayed: its stage has two ends "[a-z]+"$/,
    ],
    [
      'a limit that there is not',
      (fields) => Object.assign(fields.start as object, { limits: { ram: 1 } }),
      /the report cannot be replayed: stage "doubler": there is no option limits\.ram/,
    ],
    [
      'a command, to inspect',
      (fields) => Object.assign(fields.start as object, { module: undefined, command: ['cat'] }),
      /stage "doubler" runs the command cat: only a module can be inspected$/,
    ],
  ])('%s', async (what, change, message) => {
    const { folder, report } = await crash(failing);
    edit(report, change);
    const flags = what.includes('inspect') ? ['--inspect'] : [];
    const { exitCode, stderr } = await handover(['replay', report, ...flags], folder);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^handover: /);
    expect(exitCode).toBe(2);
  });

  test.each([
    ['nowhere.json', 'handover: there is no file nowhere.json'],
    ['.', 'handover: there is no crash report in the folder .'],
    [
      'package.json',
      'handover: package.json is no crash report: it does not say "format": "handover crash report"',
    ],
    ['doubler.js', 'handover: doubler.js is no crash report: it is not JSON'],
  ])('%s', async (file, message) => {
    const { folder } = await crash(failing);
    expect(await handover(['replay', file], folder)).toMatchObject({
      exitCode: 2,
      stderr: message,
    });
  });
});
