import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { echoCodes, linesOf, placeWith } from './shell.ts';

/** Says of each value what became of it. */
const send = `
for (let n = 1; n <= 100; n++) {
  try {
    await output.send(n);
    tell('completed', String(n));
  } catch (error) {
    tell('failed', [error.code, error.value, error.attempts].join(' '));
  }
  if (process.argv[2] === 'die' && n === 50) process.kill(Number(process.argv[3] ?? process.pid), 'SIGKILL');
  if (process.argv[2] === 'crash' && n === 50) process.exit(7);
}`;

/** @param atFifty what happens with the fiftieth in hand */
const take = (atFifty: string) => `
try {
  for await (const { value } of input.extended()) {
    if (value === 50) { ${atFifty} }
    tell('taken', String(value));
  }
  tell('end', 'ended');
} catch (error) {
  tell('end', error.code + ' ' + error.cause.message);
}`;

const upTo = (most: number) => Array.from({ length: most }, (_, index) => String(index + 1));

test('R9 a stage that exits with another code than 0 has not ended: the next one is told with what', async () => {
  const place = placeWith({ 'send.mjs': send, 'take.mjs': take('') });
  const line = `handover stage send.mjs -- crash | handover stage take.mjs; ${echoCodes}`;
  expect(await place.run(line)).toMatchObject({ stdout: '7 0' });
  expect(linesOf(place, 'completed')).toEqual(upTo(50));
  expect(linesOf(place, 'taken')).toEqual(upTo(50));
  expect(linesOf(place, 'end')).toEqual([
    expect.stringMatching(/^CHANNEL_BROKEN stage "send" exited with code 7/),
  ]);
});

test.each([
  ['stage', 'process.pid', 137, /^CHANNEL_BROKEN stage "send" was killed by SIGKILL/],
  ['command', 'process.ppid', 137, /^CHANNEL_BROKEN the stage before this one is gone/],
])(
  'R9 the %s that writes is killed: what has completed was taken, and the next one learns that it was no end',
  async (_, processId, exitCode, end) => {
    const place = placeWith({
      'send.mjs': send.replace('Number(process.argv[3] ?? process.pid)', processId),
      'take.mjs': take(''),
    });
    const line = `handover stage send.mjs -- die | handover stage take.mjs; ${echoCodes}`;
    expect((await place.run(line)).stdout).toBe(`${exitCode} 0`);
    const completed = linesOf(place, 'completed');
    const taken = linesOf(place, 'taken');
    expect(completed).toEqual(upTo(completed.length));
    expect(taken).toEqual(upTo(taken.length));
    expect(completed.length).toBeGreaterThanOrEqual(50);
    expect(taken.length - completed.length).toBeOneOf([0, 1]);
    expect(linesOf(place, 'end')).toEqual([expect.stringMatching(end)]);
    expect(place.announced()).toEqual([]);
  },
);

test.each([
  ['stage', "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});", 'SIGKILL'],
  ['command', "process.kill(process.ppid, 'SIGKILL'); await new Promise(() => {});", 'gone'],
  ['stage, by itself,', 'process.exit(9);', 'code 9'],
])(
  'R7 the %s that reads dies with a value in hand: that send fails and says so, those after it were not taken',
  async (_, atFifty) => {
    const place = placeWith({ 'send.mjs': send, 'take.mjs': take(atFifty) });
    const { stdout } = await place.run(
      `handover stage send.mjs | handover stage take.mjs; ${echoCodes}`,
    );
    expect(stdout).toMatch(/^0 (137|9)$/);
    expect(linesOf(place, 'completed')).toEqual(upTo(49));
    expect(linesOf(place, 'taken')).toEqual(upTo(49));
    expect(linesOf(place, 'failed')).toEqual([
      'LOST 50 1',
      ...upTo(100)
        .slice(50)
        .map((n) => `CHANNEL_BROKEN ${n} 0`),
    ]);
  },
);

test.each([
  ['stage', "process.kill(process.pid, 'SIGKILL');"],
  ['command', "process.kill(process.ppid, 'SIGKILL');"],
])(
  'R9 the %s that reads is killed with nothing in hand: what is sent from then on has a broken channel, and was not taken',
  async (_, kill) => {
    const place = placeWith({
      'send.mjs': `
      await output.send(1);
      tell('completed', '1');
      while ((await output.statistics()).receivers > 0);
      await output.send(2).catch(({ code, value, attempts }) => tell('failed', [code, value, attempts].join(' ')));`,
      'take.mjs': `
      const { existsSync } = await import('node:fs');
      await input.receive();
      while (!existsSync('completed')) await new Promise(setImmediate);
      ${kill}
      await new Promise(() => {});`,
    });
    const line = `handover stage send.mjs | handover stage take.mjs; ${echoCodes}`;
    expect((await place.run(line)).stdout).toBe('0 137');
    expect(linesOf(place, 'failed')).toEqual(['CHANNEL_BROKEN 2 0']);
  },
);

test('R11 what one that was killed has left behind is gone when the next one starts', async () => {
  const place = placeWith({
    'send.mjs': send,
    'take.mjs': take("process.kill(process.ppid, 'SIGKILL'); await new Promise(() => {});"),
    'pass.mjs': 'for await (const value of input) await output.send(value);',
  });
  await place.run('handover stage send.mjs | handover stage take.mjs');
  expect(place.announced()).toHaveLength(1);
  await place.run('echo | handover stage pass.mjs');
  expect(place.announced()).toEqual([]);
  expect(readdirSync(join(place.folder, 'run'))).toEqual(['handover']);
});

test('R11 a name that one has left behind keeps nobody from the same pipe', async () => {
  const place = placeWith({
    'send.mjs': 'for (let n = 1; n <= 3; n++) await output.send(n);',
    'die.mjs':
      "await input.receive(); process.kill(process.ppid, 'SIGKILL'); await new Promise(() => {});",
    'take.mjs': "for await (const value of input) tell('taken', String(value));",
  });
  const ended = await place.run(
    'mkfifo p; (handover stage send.mjs; true) > p & handover stage die.mjs < p; wait; handover stage send.mjs > p & handover stage take.mjs < p; wait',
  );
  expect(ended.stderr).not.toContain('no handover stage');
  expect(linesOf(place, 'taken')).toEqual(['1', '2', '3']);
  expect(place.announced()).toEqual([]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s ends it as it ends `handover run`, and the next one learns that it was no end',
  async (signal, exitCode) => {
    const place = placeWith({
      'send.mjs': `
      await output.send(1);
      process.kill(process.ppid, '${signal}');
      for await (const value of input) await output.send(value);`,
      'take.mjs': take(''),
    });
    const { stdout } = await place.run(
      `mkfifo p; exec 3<>p; handover stage send.mjs < p 3<&- | handover stage take.mjs 3<&-; ${echoCodes}`,
    );
    expect(stdout).toBe(`${exitCode} 0`);
    expect(linesOf(place, 'taken')).toEqual(['1']);
    expect(linesOf(place, 'end')).toEqual([
      expect.stringMatching(/^CHANNEL_BROKEN it was told to end/),
    ]);
  },
);

test('the exit code is that of the stage, and what is wrong with it is said', async () => {
  const place = placeWith({ 'exit.mjs': "console.error('no ink'); process.exit(7);" });
  const { exitCode, stderr } = await place.run('handover stage exit.mjs');
  expect(exitCode).toBe(7);
  expect(stderr).toMatch(/^\[exit\] no ink\n\[exit\] stage "exit" exited with code 7/);
});

test.each([
  ['missing.mjs', 'there is no file'],
  ['-- missing-program', 'there is no program missing-program'],
  ['--format loud -- cat', "argument 'loud' is invalid"],
])('handover stage %s is a mistake: 2, with what is missing', async (words, said) => {
  const place = placeWith({});
  const { exitCode, stderr } = await place.run(`handover stage ${words}`);
  expect(stderr).toContain('handover: ');
  expect(stderr).toContain(said);
  expect(exitCode).toBe(2);
});
