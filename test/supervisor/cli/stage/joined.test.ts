import { describe, expect, test } from 'vitest';
import { echoCodes, linesOf, placeWith, shells } from './shell.ts';

const count = `
for (let n = 1; n <= Number(process.argv[2] ?? 3); n++) await output.send({ n });`;
const double = 'for await (const { n } of input) await output.send({ n: 2 * n });';
const doubled = ['{"n":2}', '{"n":4}', '{"n":6}'];

describe.each(shells)('in $name', ({ name, isInstalled }) => {
  test
    .skipIf(!isInstalled)
    .each([
      'handover stage count.mjs | handover stage double.mjs > out',
      'handover stage count.mjs | (handover stage double.mjs) > out',
      '(handover stage count.mjs) | handover stage double.mjs > out',
      '{ handover stage count.mjs; } | { handover stage double.mjs; } > out',
      'handover stage count.mjs | (true; handover stage double.mjs > out)',
      'mkfifo p; handover stage count.mjs > p & handover stage double.mjs < p > out; wait',
      'handover stage count.mjs | sh -c "handover stage double.mjs" > out',
    ])('R1 two stages find each other, and nothing is said of it: %s', async (line) => {
    const place = placeWith({ 'count.mjs': count, 'double.mjs': double });
    expect(await place.run(line, name)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(linesOf(place, 'out')).toEqual(doubled);
    expect(place.announced()).toEqual([]);
  });
});

for (const { name, isInstalled } of shells) {
  if (!isInstalled) console.log(`${name} is not installed here: what stands for it is skipped`);
}

test('R1 the one that comes first waits for the other, whichever it is', async () => {
  const place = placeWith({ 'count.mjs': count, 'double.mjs': double });
  for (const line of [
    'handover stage count.mjs | (env true; handover stage double.mjs) > out',
    '(env true; handover stage count.mjs) | handover stage double.mjs > out',
  ]) {
    expect(await place.run(line)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(linesOf(place, 'out')).toEqual(doubled);
  }
});

/** Two counts of 4 bytes in one file: how many sends have completed, and how many values were taken. */
const counts = `
import { openSync, readSync, writeSync } from 'node:fs';
const file = openSync('counts', 'r+');
const view = Buffer.alloc(8);
const read = () => { readSync(file, view, 0, 8, 0); return { completed: view.readUInt32LE(0), taken: view.readUInt32LE(4) }; };
const write = (place, count) => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(count); writeSync(file, bytes, 0, 4, place); };
`;

test('R1 of 1,000 values and a slow reader, at every send and every taking, no send has completed before its value was taken', async () => {
  const place = placeWith({
    'fast.mjs': `${counts}
      for (let n = 1; n <= 1000; n++) {
        await output.send(n);
        write(0, n);
        const { taken } = read();
        if (taken !== n) tell('wrong', n + ' completed, ' + taken + ' taken');
      }`,
    'slow.mjs': `${counts}
      const later = () => new Promise((resolve) => setTimeout(resolve, 1));
      let n = 0;
      for await (const { value } of input.extended()) {
        const before = read();
        if (before.completed !== n && before.completed !== n - 1) tell('wrong', 'before ' + value + ': ' + JSON.stringify(before));
        await later();
        const { completed } = read();
        if (value !== ++n || completed !== n - 1) tell('wrong', completed + ' completed while ' + value + ' is in hand');
        write(4, n);
      }
      tell('done', String(n));`,
  });
  const line =
    'head -c 8 /dev/zero > counts; : > wrong; handover stage fast.mjs | handover stage slow.mjs';
  expect(await place.run(line)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(linesOf(place, 'wrong')).toEqual([]);
  expect(linesOf(place, 'done')).toEqual(['1000']);
});

test('a value arrives as it was sent: what no line could carry', async () => {
  const place = placeWith({
    'send.mjs': `
      await output.send([-0, NaN, 2n ** 60n, new Date(0), 'two\\nlines', null]);
      await output.send(new Uint8Array(300_000).fill(7));`,
    'show.mjs': `
      const [zero, nan, big, date, text, nothing] = await input.receive();
      const bytes = await input.receive();
      const facts = [Object.is(zero, -0), Number.isNaN(nan), big === 2n ** 60n, date.getTime() === 0, text === 'two\\nlines', nothing === null, bytes.length === 300_000 && bytes.every((byte) => byte === 7)];
      for await (const more of input) facts.push(more);
      tell('out', JSON.stringify(facts));`,
  });
  const ended = await place.run('handover stage send.mjs | handover stage show.mjs');
  expect(ended).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(linesOf(place, 'out')).toEqual([JSON.stringify(Array(7).fill(true))]);
});

test('an end of a channel cannot leave: its send fails, and says why', async () => {
  const place = placeWith({
    'send.mjs': `
      const { supervisor } = await import(${JSON.stringify(new URL('../../../../child/node/index.ts', import.meta.url).href)});
      const [mine] = supervisor.channel();
      await output.send({ mine }).catch((error) => tell('out', error.message));
      await output.send('next');`,
    'show.mjs': "for await (const value of input) tell('out', value);",
  });
  await place.run('handover stage send.mjs | handover stage show.mjs');
  expect(linesOf(place, 'out')).toEqual([
    expect.stringContaining('the end of a channel in it cannot leave the stage'),
    'next',
  ]);
});

test('R9 one that wants no more ends the one before it, quietly, as head does: 141', async () => {
  const place = placeWith({
    'count.mjs': count,
    'three.mjs': 'for (let n = 0; n < 3; n++) await output.send(await input.receive());',
  });
  const ended = await place.run(
    `handover stage count.mjs -- 1000000 | handover stage three.mjs > out; ${echoCodes}`,
  );
  expect(ended).toEqual({ exitCode: 0, stdout: '141 0', stderr: '' });
  expect(linesOf(place, 'out')).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
});

test('R9 one that learns of it and ends well has ended well: 0, and what it prints is shown', async () => {
  const place = placeWith({
    'count.mjs': `
      const error = await output.sendAll(Array(10).keys()).catch((error) => error.cause);
      console.log(error.code, error.value);`,
    'one.mjs': 'await input.receive(); input.close();',
  });
  const line = `handover stage count.mjs | handover stage one.mjs; ${echoCodes}`;
  const { stdout, stderr } = await place.run(line);
  expect(stdout).toBe('0 0');
  expect(stderr).toBe('[count] CHANNEL_ENDED 1');
});

test('one that learns of it and goes on is heard, and has its own exit code', async () => {
  const place = placeWith({
    'count.mjs': `
      await output.sendAll(Array(10).keys()).catch(() => {});
      for (let n = 1; n <= 150; n++) console.log(n);
      process.exit(3);`,
    'one.mjs': 'await input.receive(); input.close();',
  });
  const line = `handover stage count.mjs | handover stage one.mjs; ${echoCodes}`;
  const { stdout, stderr } = await place.run(line);
  expect(stdout).toBe('3 0');
  expect(stderr.split('\n').slice(0, 150)).toEqual(
    Array.from({ length: 150 }, (_, index) => `[count] ${index + 1}`),
  );
});

test('several that write to one pipe are heard one after the other, and none of their values is lost', async () => {
  const place = placeWith({ 'count.mjs': count, 'double.mjs': double });
  const ended = await place.run(
    '(handover stage count.mjs & handover stage count.mjs; wait) | handover stage double.mjs > out',
  );
  expect(ended.exitCode).toBe(0);
  expect(ended.stderr).toMatch(
    /^(handover stage: another stage writes to the same pipe: this one waits until that one is at its end)?$/,
  );
  expect(linesOf(place, 'out')).toEqual([...doubled, ...doubled]);
});

test('stages may write to one pipe one after the other, and a program after them', async () => {
  const place = placeWith({
    'count.mjs': count,
    'show.mjs': 'for await (const value of input) await output.send(value);',
  });
  const line =
    '(handover stage count.mjs; handover stage count.mjs; echo end) | handover stage show.mjs > out';
  expect(await place.run(line)).toMatchObject({ exitCode: 0 });
  const three = ['{"n":1}', '{"n":2}', '{"n":3}'];
  expect(linesOf(place, 'out')).toEqual([...three, ...three, 'end']);
});

test('a second stage that would read from the same pipe is refused, and the first one goes on', async () => {
  const place = placeWith({
    'count.mjs': count,
    // It begins to receive when the other was refused.
    'first.mjs': `
      const { existsSync, watch } = await import('node:fs');
      tell('first', '');
      await new Promise((resolve) => {
        const look = () => existsSync('refused') && (watcher.close(), resolve());
        const watcher = watch('.', look);
        look();
      });
      for await (const { n } of input) await output.send(n);`,
    'second.mjs': '',
  });
  const line =
    'handover stage count.mjs | (handover stage first.mjs <&0 > out & until [ -e first ]; do :; done; handover stage second.mjs; echo $? > refused; wait)';
  const { stderr } = await place.run(line);
  expect(stderr).toMatch(/^handover: another `handover stage` reads from this pipe already/);
  expect(linesOf(place, 'refused')).toEqual(['2']);
  expect(linesOf(place, 'out')).toEqual(['1', '2', '3']);
  expect(place.announced()).toEqual([]);
});

test('a program that speaks the protocol, and one that knows nothing of channels, are stages, too', async () => {
  const place = placeWith({ 'count.mjs': count, 'double.mjs': double });
  const ended = await place.run(
    `handover stage -- ${process.execPath} count.mjs | handover stage --format jsonl -- sed 's/2/20/' | handover stage double.mjs > out`,
  );
  expect(ended).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(linesOf(place, 'out')).toEqual(['{"n":2}', '{"n":40}', '{"n":6}']);
});

test('where there is no folder for what runs, they find each other in one of their own among the temporary files', async () => {
  const place = placeWith({ 'count.mjs': count, 'double.mjs': double });
  const line =
    'unset XDG_RUNTIME_DIR; export TMPDIR=$PWD; handover stage count.mjs | handover stage double.mjs > out; stat -c %a handover-pipes-*; ls handover-pipes-*';
  expect(await place.run(line)).toEqual({ exitCode: 0, stdout: '700', stderr: '' });
  expect(linesOf(place, 'out')).toEqual(doubled);
});
