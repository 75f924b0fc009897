import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StageFailedError, Supervisor } from 'handover';
import { describe, expect, onTestFinished, test } from 'vitest';
import { canRunBubblewrap } from '../../support/bubblewrap.ts';
import { rejection } from '../../support/failures.ts';

function supervise(): Supervisor {
  const supervisor = new Supervisor({ log: () => {} });
  onTestFinished(() => supervisor.stop({ drain: 0 }).then(() => {}));
  return supervisor;
}

describe('any program is a stage', () => {
  test('what comes in goes to its stdin, what it prints comes out, and its end is the end', async () => {
    const supervisor = supervise();
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('grep', {
      command: ['grep', 'an'],
      format: 'lines',
      ends: { input: input.receiver, output: output.sender },
    });
    const sent = (async () => {
      for (const fruit of ['apple', 'banana', 'orange', 'pear']) await input.sender.send(fruit);
      input.sender.close();
    })();
    expect(await Array.fromAsync(output.receiver)).toEqual(['banana', 'orange']);
    await sent;
    await supervisor.finished();
  });

  test('jsonl in, lines out: jq and its like', async () => {
    const supervisor = supervise();
    const [input, output] = [supervisor.channel<{ n: number }>(), supervisor.channel<string>()];
    supervisor.stage('sed', {
      command: ['sed', '-u', 's/[^0-9]//g'],
      format: { reads: 'jsonl', writes: 'lines' },
      ends: { input: input.receiver, output: output.sender },
    });
    await input.sender.send({ n: 17 });
    expect(await output.receiver.receive()).toBe('17');
  });

  test('15.2 what it writes that does not meet the contract fails it, with the place in the value', async () => {
    const supervisor = supervise();
    const contract = { properties: { n: { type: 'number' } } };
    const output = supervisor.channel<object>('numbers', { contract });
    supervisor.stage('printf', {
      command: ['printf', '{"n":1}\\n{"n":"2"}\\n'],
      format: 'jsonl',
      ends: { output: output.sender },
    });
    expect(await output.receiver.receive()).toEqual({ n: 1 });
    const { stderr } = (await rejection(supervisor.finished())) as StageFailedError;
    expect(stderr).toEqual([
      'the value for "numbers" does not meet the contract of the channel: at $.n: must be number. Nothing was sent',
    ]);
  });

  test('R1 answers: each: the sender is released when the answer was taken', async () => {
    const supervisor = supervise();
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('cat', {
      command: ['cat'],
      format: 'lines',
      answers: 'each',
      ends: { input: input.receiver, output: output.sender },
    });
    let isReleased = false;
    const sent = input.sender.send('one').then(() => {
      isReleased = true;
    });
    await expect
      .poll(async () => (await output.receiver.statistics()).waitingSenders, { timeout: 20_000 })
      .toBe(1);
    expect(isReleased).toBe(false);
    expect(await output.receiver.receive()).toBe('one');
    await sent;
  });

  test('R7 answers: each: a program that dies over a value gives it to the next', async () => {
    const mark = join(tmpdir(), `handover-test-${process.pid}`);
    onTestFinished(() => rmSync(mark, { force: true }));
    const supervisor = supervise();
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('sh', {
      command: [
        'bash',
        '-c',
        'read x; if [ ! -e "$0" ]; then touch "$0"; kill -SEGV $$; fi; echo "$x again"',
        mark,
      ],
      format: 'lines',
      answers: 'each',
      restart: { when: 'on-failure' },
      ends: { input: input.receiver, output: output.sender },
    });
    const sent = input.sender.send('one');
    expect(await output.receiver.receive()).toBe('one again');
    await sent;
  });

  test('R9 who reads the output of a program that fails sees a break, not an end', async () => {
    const supervisor = supervise();
    const output = supervisor.channel<string>();
    supervisor.stage('sh', {
      command: ['sh', '-c', 'echo one; exec >&-; exec 2>&-; exit 3'],
      format: 'lines',
      ends: { output: output.sender },
    });
    expect(await output.receiver.receive()).toBe('one');
    expect(await rejection(output.receiver.receive())).toMatchObject({
      code: 'CHANNEL_BROKEN',
      cause: { stage: 'sh', exitCode: 3 },
    });
  });

  test('R7 a program that dies and is started again finds its input open', async () => {
    const mark = join(tmpdir(), `handover-test-${process.pid}`);
    onTestFinished(() => rmSync(mark, { force: true }));
    const supervisor = supervise();
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('sh', {
      command: ['sh', '-c', 'if [ ! -e "$0" ]; then touch "$0"; exec <&-; exit 3; fi; cat', mark],
      format: 'lines',
      restart: { when: 'on-failure' },
      ends: { input: input.receiver, output: output.sender },
    });
    // More than a pipe takes: of the first program at least one cannot be written.
    const values = Array.from({ length: 3 }, (_, index) => `${index}`.repeat(100_000));
    const sent = input.sender.sendAll(values).then(() => input.sender.close());
    const received = await Array.fromAsync(output.receiver);
    expect(received.at(-1)).toBe(values.at(-1));
    await sent;
  });

  test('head -3: what sends to it is told that nobody takes more', async () => {
    const supervisor = supervise();
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('head', {
      command: ['head', '-3'],
      format: 'lines',
      ends: { input: input.receiver, output: output.sender },
    });
    const sent = (async () => {
      for (let line = 1; ; line++) await input.sender.send(`${line}`);
    })();
    const [told, lines] = await Promise.all([rejection(sent), Array.fromAsync(output.receiver)]);
    expect(lines).toEqual(['1', '2', '3']);
    expect(told).toMatchObject({ code: 'CHANNEL_ENDED' });
    await supervisor.finished();
  });

  test('yes | head: who prints without end is ended as SIGPIPE would, and that is no failure', async () => {
    const supervisor = supervise();
    const [between, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('yes', {
      command: ['yes'],
      format: 'lines',
      ends: { output: between.sender },
    });
    supervisor.stage('head', {
      command: ['head', '-3'],
      format: 'lines',
      ends: { input: between.receiver, output: output.sender },
    });
    expect(await Array.fromAsync(output.receiver)).toEqual(['y', 'y', 'y']);
    await supervisor.finished();
  });

  test('/dev/stdin, /dev/stdout and /dev/stderr can be opened', async () => {
    const supervisor = supervise();
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('sh', {
      command: ['sh', '-c', 'cat /dev/stdin | tee /dev/stderr > /dev/stdout'],
      format: 'lines',
      ends: { input: input.receiver, output: output.sender },
    });
    await input.sender.send('seen');
    input.sender.close();
    expect(await Array.fromAsync(output.receiver)).toEqual(['seen']);
    await supervisor.finished();
  });

  test('/dev/stdin can be opened when the input has ended already: it is at its end', async () => {
    const supervisor = supervise();
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('sh', {
      // The first cat has seen the end before the second opens anything.
      command: ['sh', '-c', 'cat; cat /dev/stdin; cat /proc/self/fd/0; echo opened'],
      format: 'lines',
      ends: { input: input.receiver, output: output.sender },
    });
    await input.sender.send('seen');
    input.sender.close();
    expect(await Array.fromAsync(output.receiver)).toEqual(['seen', 'opened']);
    await supervisor.finished();
  });

  test('/dev/stdin of a program without an input is at its end', async () => {
    const supervisor = supervise();
    const output = supervisor.channel<string>();
    supervisor.stage('sh', {
      command: ['sh', '-c', 'cat; cat /dev/stdin; echo opened'],
      format: 'lines',
      ends: { output: output.sender },
    });
    expect(await Array.fromAsync(output.receiver)).toEqual(['opened']);
    await supervisor.finished();
  });

  test('/dev/stdout can be opened when nobody takes more: writing to it fails', async () => {
    const supervisor = supervise();
    const [output, done] = [
      supervisor.channel<string>(),
      join(tmpdir(), `handover-${process.pid}`),
    ];
    onTestFinished(() => rmSync(done, { force: true }));
    const untilNobodyReads = 'trap "" PIPE; while echo more; do :; done 2> /dev/null';
    supervisor.stage('sh', {
      command: [
        'sh',
        '-c',
        `${untilNobodyReads}; (echo again > /dev/stdout) 2> /dev/null || echo refused > "$0"`,
        done,
      ],
      format: 'lines',
      ends: { output: output.sender },
    });
    expect(await output.receiver.receive()).toBe('more');
    output.receiver.close();
    await supervisor.finished();
    expect(readFileSync(done, 'utf8')).toBe('refused\n');
  });

  test('exit code and the end of stderr are those of the program', async () => {
    const supervisor = supervise();
    supervisor.stage('false', {
      command: ['sh', '-c', 'echo it is over >&2; exit 3'],
      format: 'lines',
      restart: { when: 'never' },
      ends: {},
    });
    const failure = await rejection(supervisor.finished());
    expect(failure).toMatchObject({ code: 'STAGE_FAILED', exitCode: 3, stderr: ['it is over'] });
  });

  const noBubblewrap = canRunBubblewrap();
  test.skipIf(noBubblewrap !== undefined)('a program runs in a sandbox, too', async () => {
    const supervisor = supervise();
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('ls', {
      command: ['sh', '-c', 'cat; ls /root 2>&1 || echo held back'],
      format: 'lines',
      sandbox: { by: 'bubblewrap' },
      ends: { input: input.receiver, output: output.sender },
    });
    await input.sender.send('seen');
    input.sender.close();
    const lines = await Array.fromAsync(output.receiver);
    expect(lines[0]).toBe('seen');
    expect(lines.at(-1)).toBe('held back');
  });

  test('a crash report says how to run the program again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'handover-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const supervisor = new Supervisor({ log: () => {}, reports: { folder } });
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('sh', {
      command: ['sh', '-c', 'read x; exit 3'],
      format: { reads: 'lines', writes: 'jsonl' },
      answers: 'each',
      ends: { input: input.receiver, output: output.sender },
    });
    expect(await rejection(input.sender.send('one'))).toMatchObject({ code: 'CHANNEL_BROKEN' });
    await rejection(supervisor.finished());
    const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toMatchObject({
      start: {
        command: ['sh', '-c', 'read x; exit 3'],
        reads: 'lines',
        writes: 'jsonl',
        answers: 'each',
      },
    });
  });
});
