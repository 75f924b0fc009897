/** A stage whose work is done by a program: its limits are those of the program, and of what this starts. */
import { type Channel, LimitError, type Limits, TopologyError } from 'handover';
import { describe, expect, test } from 'vitest';
import { canRunBubblewrap } from '../../support/bubblewrap.ts';
import { failureOf } from '../../support/failures.ts';
import { gone } from '../../support/processes.ts';
import { type Supervision, supervise } from '../../support/supervision.ts';

const mebi = 2 ** 20;
const node = process.execPath;

/** Each prints its process id first. */
const eatMemory = `${node} -e 'console.log(process.pid); const all = []; setInterval(() => all.push(Buffer.alloc(2 ** 22, 1)), 10)'`;
const spin = `${node} -e 'console.log(process.pid); for (;;);'`;

/** A shell and what it starts. */
function startShell(
  { supervisor }: Supervision,
  script: string,
  limits: Limits,
  sandbox: { readonly by: 'bubblewrap' } | undefined = undefined,
): Channel<string> {
  const output = supervisor.channel<string>();
  supervisor.stage('greedy', {
    command: ['sh', '-c', script],
    format: 'lines',
    ends: { output: output.sender },
    limits,
    ...(sandbox !== undefined && { sandbox }),
  });
  return output;
}

const more = 100 * mebi;
const memory = { memoryBytes: 2 * more };
const time = { cpuTime: 800 };
const greedy = [
  { who: 'the program itself', what: 'memory', script: `exec ${eatMemory}`, limits: memory },
  { who: 'what it starts', what: 'memory', script: `${eatMemory}; true`, limits: memory },
  { who: 'the first of a pipeline', what: 'memory', script: `${eatMemory} | cat`, limits: memory },
  {
    who: 'an orphan in its group',
    what: 'memory',
    script: `(${eatMemory} &); exec sleep 1000`,
    limits: memory,
  },
  { who: 'the program itself', what: 'time', script: `exec ${spin}`, limits: time },
  { who: 'the last of a pipeline', what: 'time', script: `echo | ${spin}`, limits: time },
  {
    who: 'an orphan in its group',
    what: 'time',
    script: `(${spin} &); exec sleep 1000`,
    limits: time,
  },
];

describe('R10 a program that takes more than its limits allow is named, and all of it is killed', () => {
  test.each(greedy)('R10 $what of $who', async ({ script, limits }) => {
    const supervision = supervise();
    const { supervisor, book } = supervision;
    const output = startShell(supervision, script, limits);
    const processId = Number(await output.receiver.receive());
    const { line } = await book.untilFailed('greedy');
    const [limit, allowed] = Object.entries(limits)[0] as ['memoryBytes' | 'cpuTime', number];
    expect(line).toContain(`(limits.${limit} of the stage)`);
    const { cause } = await failureOf(supervisor, 'greedy');
    expect(cause).toBeInstanceOf(LimitError);
    expect(cause).toMatchObject({ limit, allowed });
    expect((cause as LimitError).used).toBeGreaterThan(allowed);
    await gone(processId, 10_000);
  });

  test('R10 what starts the program does not count', async () => {
    const supervision = supervise();
    const { supervisor, book } = supervision;
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('modest', {
      command: ['cat'],
      format: 'lines',
      ends: { input: input.receiver, output: output.sender },
      // Less than a Node takes that does nothing.
      limits: { memoryBytes: 16 * mebi, cpuTime: 20 },
    });
    await input.sender.send('one');
    expect(await output.receiver.receive()).toBe('one');
    // It began later, and was looked at often enough to be found.
    startShell(supervision, `exec ${eatMemory}`, { memoryBytes: 2 * more });
    await book.untilFailed('greedy');
    await input.sender.send('two');
    expect(await output.receiver.receive()).toBe('two');
  });

  test("R10 the system's own limit is for the program, not for what starts it", async () => {
    const supervision = supervise();
    const script = 'ulimit -S -t; grep "Max cpu time" "/proc/$PPID/limits" | tr -s " "';
    const output = startShell(supervision, script, { cpuTime: 60_000 });
    expect(await Array.fromAsync(output.receiver)).toEqual([
      '61',
      expect.stringMatching(/^Max cpu time unlimited/),
    ]);
  });

  test('R10 by the system, when the supervisor does not look', async () => {
    const supervision = supervise();
    startShell(supervision, 'kill -XCPU $$', { cpuTime: 60_000 });
    const { line } = await supervision.book.untilFailed('greedy');
    expect(line).toMatch(/used up its CPU time of 60\.0 s .* was ended by the system \(SIGXCPU\)/);
    const { cause } = await failureOf(supervision.supervisor, 'greedy');
    expect(cause).toMatchObject({ limit: 'cpuTime', allowed: 60_000 });
  });

  const noBubblewrap = canRunBubblewrap();
  test.skipIf(noBubblewrap !== undefined)('R10 in a sandbox, too', async () => {
    const supervision = supervise();
    const { supervisor, book } = supervision;
    const sandbox = { by: 'bubblewrap' } as const;
    const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
    supervisor.stage('modest', {
      command: ['cat'],
      format: 'lines',
      ends: { input: input.receiver, output: output.sender },
      limits: { memoryBytes: 16 * mebi },
      sandbox,
    });
    await input.sender.send('one');
    expect(await output.receiver.receive()).toBe('one');
    startShell(supervision, `exec ${eatMemory}`, { memoryBytes: 2 * more }, sandbox);
    const { line } = await book.untilFailed('greedy');
    expect(line).toContain('(limits.memoryBytes of the stage)');
    await input.sender.send('two');
    expect(await output.receiver.receive()).toBe('two');
  });
});

test('R10 a program that was stopped with a value in hand is said to be', async () => {
  const { supervisor, book } = supervise();
  const [input, output] = [supervisor.channel<string>(), supervisor.channel<string>()];
  supervisor.stage('stopped', {
    command: ['sh', '-c', 'kill -STOP $$'],
    format: 'lines',
    answers: 'each',
    deadline: 300,
    ends: { input: input.receiver, output: output.sender },
  });
  void input.sender.send('one').catch(() => {});
  const { line } = await book.untilFailed('stopped');
  expect(line).toMatch(/had a value from .* in hand for \d+ ms without a word, for it was stopped/);
});

test.each([{ silence: 1_000 }, { busy: 1_000 }, { heapBytes: 64 * mebi }])(
  'R10 what nobody can tell of a program is refused: %j',
  (limits) => {
    const { supervisor } = supervise();
    const start = () =>
      supervisor.stage('cat', { command: ['cat'], format: 'lines', ends: {}, limits });
    expect(start).toThrow(TopologyError);
    expect(start).toThrow(/stage "cat": limits\.(silence and limits\.busy ask|heapBytes is for)/);
  },
);
