/** Shell scripts as stages, in each shell that is here. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { folderOf } from '../../supervisor/cli/files.ts';
import { EventBook } from '../../support/event-book.ts';
import { kill, rejection } from '../../support/failures.ts';
import { programFlags } from '../../support/programs.ts';
import { supervise } from '../../support/supervision.ts';

const shells = ['bash', 'dash', 'zsh'].map((name) => {
  const isHere = !execaSync(name, ['-c', 'true'], { reject: false }).failed;
  return { name, isHere, title: isHere ? name : `${name}: there is none here` };
});

const main = new URL('../../../supervisor/cli/main.ts', import.meta.url);

/** A stage: the lines of a script. */
function script(shell: string, lines: string) {
  const folder = folderOf({});
  const file = join(folder, 'stage.sh');
  const handover = [process.execPath, ...programFlags(), main.pathname].join(' ');
  writeFileSync(file, `eval "$(${handover} shell)"\n${lines}\n`);
  return { command: [shell, file] as const };
}

describe.each(shells)('a script for $title', ({ name, isHere }) => {
  test.skipIf(!isHere)('R1 R3 receives and sends, and ends with its input', async () => {
    const { supervisor } = supervise();
    const lines = supervisor.channel<unknown>('lines');
    const words = supervisor.channel<unknown>('words');
    supervisor.stage('count', {
      ...script(
        name,
        `while handover receive lines; do
           handover send words "<$lines>"
           handover send-json words "{\\"length\\":\${#lines}}"
         done`,
      ),
      ends: { lines: lines.receiver, words: words.sender },
    });
    const values = [
      'two words',
      '',
      'back\\slash and\nline break\n',
      "it's $HOME `x`",
      'ä€',
      { a: 1 },
    ];
    void (async () => {
      for (const value of values) await lines.sender.send(value);
      lines.sender.close();
    })();
    const texts = [
      'two words',
      '',
      'back\\slash and\nline break\n',
      "it's $HOME `x`",
      'ä€',
      '{"a":1}',
    ];
    const received = await Array.fromAsync(words.receiver);
    expect(received.filter((_, at) => at % 2 === 0)).toEqual(texts.map((text) => `<${text}>`));
    expect(received[1]).toEqual({ length: 9 });
    await supervisor.finished();
  });

  test.skipIf(!isHere)('R4 gives up after a time, chooses, and closes', async () => {
    const { supervisor } = supervise();
    const first = supervisor.channel<string>('first');
    const second = supervisor.channel<string>('second');
    const out = supervisor.channel<string>('out');
    supervisor.stage('choose', {
      ...script(
        name,
        `handover receive first 0.01; handover send out "late: $?"
         handover select first second; handover send out "$chosen: $second"
         handover close second
         handover receive first; handover send out "end: $?"`,
      ),
      ends: { first: first.receiver, second: second.receiver, out: out.sender },
    });
    expect(await out.receiver.receive()).toBe('late: 124');
    await second.sender.send('b');
    expect(await out.receiver.receive()).toBe('second: b');
    first.sender.close();
    expect(await out.receiver.receive()).toBe('end: 1');
    expect(await rejection(second.sender.send('c'))).toMatchObject({ code: 'CHANNEL_ENDED' });
    await supervisor.finished();
  });

  test.skipIf(!isHere)(
    'R7 has a value in hand until it is done; a kill gives it to the next',
    async () => {
      const { supervisor, book } = supervise();
      const orders = supervisor.channel<string>('orders', { maxAttempts: 2 });
      supervisor.stage('worker', {
        ...script(
          name,
          `while handover work orders; do
           echo "has $orders"
           case $orders in
             wait) handover select never ;;
             bad) handover fail "nobody can do this" ;;
           esac
         done`,
        ),
        restart: 'on-failure',
        ends: { orders: orders.receiver, never: supervisor.channel('never').receiver },
      });
      const waiting = orders.sender.send('wait');
      await book.until('worker', 'has wait');
      const before = book.lines.length;
      await kill({ supervisor, book }, 'worker', 'SIGKILL');
      await book.after(before, 'worker', 'has wait');
      expect(supervisor.statistics().get('orders')).toMatchObject({ taken: 0, inHand: 1 });
      await kill({ supervisor, book }, 'worker', 'SIGKILL');
      expect(await rejection(waiting)).toMatchObject({ code: 'LOST', attempts: 2 });
      await orders.sender.send('good');
      expect(await rejection(orders.sender.send('bad'))).toMatchObject({
        code: 'LOST',
        failures: [{ message: 'nobody can do this' }, {}],
      });
    },
  );

  test.skipIf(!isHere)(
    'R9 ends with an error when a channel breaks, or something was typed wrongly',
    async () => {
      const { supervisor, book } = supervise();
      const events = new EventBook(supervisor);
      const broken = supervisor.channel<string>('broken');
      supervisor.stage('breaker', {
        command: ['sh', '-c', 'exit 3'],
        ends: { out: broken.sender },
      });
      supervisor.stage('reader', {
        ...script(name, 'handover receive broken; echo never'),
        ends: { broken: broken.receiver },
      });
      supervisor.stage('mistyped', { ...script(name, 'handover recieve x; echo never'), ends: {} });
      supervisor.stage('nameless', { ...script(name, 'handover receive x; echo never'), ends: {} });
      await rejection(supervisor.finished());
      expect(book.printed('reader', 'stderr').join()).toMatch(
        /^handover receive: "broken" is broken/,
      );
      expect(book.printed('mistyped', 'stderr').join()).toMatch(
        /^handover recieve: there is no "handover recieve": there are receive, work, /,
      );
      expect(book.printed('nameless', 'stderr').join()).toBe(
        'handover receive: the script was given no end "x"; it has: none',
      );
      expect(book.lines.filter(({ line }) => line === 'never')).toEqual([]);
      expect(events.all('crashed').map(({ failure }) => failure.exitCode)).toEqual([3, 1, 1, 1]);
    },
  );

  test.skipIf(!isHere)(
    'R9 that has lost its link, or dies, has failed, whatever is beside it',
    async () => {
      const { supervisor } = supervise();
      const events = new EventBook(supervisor);
      for (const end of ['exec 8>/dev/null; handover receive input', 'kill -9 $$', 'exit 3']) {
        const { sender, receiver } = supervisor.channel<string>();
        const number = events.all('crashed').length + 1;
        supervisor.stage(`stage ${number}`, {
          ...script(name, `handover receive input\n${end}`),
          ends: { input: receiver },
        });
        await sender.send('v');
        await events.nth('crashed', number);
      }
      const codes = events.all('crashed').map(({ failure }) => failure.exitCode ?? failure.signal);
      expect(codes).toEqual([70, 'SIGKILL', 3]);
    },
  );

  test.skipIf(!isHere)('waits for its own children alone', async () => {
    const { supervisor } = supervise();
    const out = supervisor.channel<string>('out');
    supervisor.stage('waiting', {
      ...script(name, 'true & wait; handover send out waited'),
      ends: { out: out.sender },
    });
    expect(await out.receiver.receive()).toBe('waited');
    await supervisor.finished();
  });

  test.skipIf(!isHere).each([
    ['handover send out', 'handover send: a word is missing'],
    ['handover send out two words 1', 'handover send: there are 4 words; what belongs together'],
    ['handover done', 'handover done: there is nothing in hand'],
    ['handover send out "$(printf \'a\\377\')"', 'a word is no UTF-8'],
    ['(handover send nobody x); handover send out never', 'no end "nobody"'],
    ['handover receive IFS', 'a value cannot be kept in a variable called "IFS"'],
  ])('%s ends it, with what is wrong', async (line, words) => {
    const { supervisor, book } = supervise();
    const out = supervisor.channel<string>('out');
    const ifs = supervisor.channel<string>('in');
    supervisor.stage('wrong', {
      ...script(name, line),
      ends: { out: out.sender, IFS: ifs.receiver },
    });
    void ifs.sender.send('x').catch(() => {});
    expect(await rejection(out.receiver.receive())).toMatchObject({ cause: { exitCode: 1 } });
    expect(book.printed('wrong', 'stderr').join()).toContain(words);
  });

  test.skipIf(!isHere)('§8.7 leaves when it is asked to', async () => {
    const { supervisor, book } = supervise();
    const never = supervisor.channel<string>('never');
    const stage = supervisor.stage('waiting', {
      ...script(name, 'echo here; handover receive never; echo not here'),
      ends: { never: never.receiver },
    });
    await book.until('waiting', 'here');
    stage.shutdown();
    await supervisor.finished();
    expect(book.printed('waiting')).toEqual(['here']);
  });
});
