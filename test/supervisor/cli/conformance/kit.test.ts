/** The conformance kit: what it finds right, and what it finds wrong. */
import { describe, expect, test, vi } from 'vitest';
import { describeGo, goProgram } from '../../../support/go.ts';
import { hasJsonschema } from '../../../support/jsonschema.ts';
import { descendantsOf, gone } from '../../../support/processes.ts';
import { describePython } from '../../../support/python.ts';
import { handover, startHandover } from '../command.ts';
import {
  byHand,
  failuresIn,
  kit,
  missing,
  nodeSubject,
  perlSubject,
  perlWith,
  pythonSubject,
  pythonWith,
} from './subjects.ts';

/** A run of all checks starts some hundred processes, one after the other. */
const wholeRun = 300_000;
/** Who must not fail may be slow, on a machine that has much to do. */
const patiently = ['--patience', '20'] as const;

const noPerl = missing('perl', '-e', 'use Time::HiRes');

/** Sections 1 and 2: what differs with the transport. */
const framesOverSocket = ['--transport', 'socket', '--only', '1', '--only', '2'];

describe('the runtimes keep to the protocol', () => {
  test('Node, over pipes: every check is ok', { timeout: wholeRun }, async () => {
    const run = await kit(nodeSubject, ...patiently, '--transport', 'pipes');
    expect(failuresIn(run)).toEqual([]);
    expect(run.exitCode).toBe(0);
  });

  test('Node, over a socket: frames come as they do over pipes', {
    timeout: wholeRun,
  }, async () => {
    const run = await kit(nodeSubject, ...patiently, ...framesOverSocket);
    expect(failuresIn(run)).toEqual([]);
    expect(run.lines.every(({ transport }) => transport === 'socket')).toBe(true);
  });

  describePython('Python', () => {
    test('over pipes: no check fails', { timeout: wholeRun }, async () => {
      const run = await kit(pythonSubject, ...patiently, '--transport', 'pipes');
      expect(failuresIn(run)).toEqual([]);
      expect(run.exitCode).toBe(0);
      const skipped = run.lines.flatMap(({ why }) => why ?? []).join();
      const missing = hasJsonschema ? /does not name/ : /does not name the feature "(?!contracts)/;
      expect(skipped).not.toMatch(missing);
    });

    test('over a socket: no check of frames fails', { timeout: wholeRun }, async () => {
      const run = await kit(pythonSubject, ...patiently, ...framesOverSocket);
      expect(failuresIn(run)).toEqual([]);
    });
  });

  describeGo('Go', () => {
    test.each(['pipes', 'socket'])('over %s: no check fails', { timeout: wholeRun }, async (by) => {
      const run = await kit([goProgram('subject')], ...patiently, '--transport', by);
      expect(failuresIn(run)).toEqual([]);
      expect(run.exitCode).toBe(0);
      const skipped = run.lines.flatMap(({ why }) => why ?? []);
      expect(new Set(skipped)).toEqual(
        new Set(
          ['idle', 'contracts'].map((name) => `its hello does not name the feature "${name}"`),
        ),
      );
    });
  });

  test.skipIf(noPerl !== undefined)(
    `Perl, from the document alone: no check fails${skipped(noPerl)}`,
    { timeout: wholeRun },
    async () => {
      const run = await kit(perlSubject, ...patiently, '--transport', 'pipes');
      expect(failuresIn(run)).toEqual([]);
      const reasons = new Set(run.lines.flatMap(({ why }) => why ?? []));
      expect(reasons).toContain('its hello does not name the feature "pieces"');
      expect(reasons).toContain('its subject cannot do this');
      const frames = await kit(perlSubject, ...patiently, '--transport', 'socket', '--only', '2');
      expect(failuresIn(frames)).toEqual([]);
    },
  );
});

describe('what is broken is told with its clause', () => {
  const mutations = [
    ['speaks before its hello', '1.1', '3.7'],
    ['another major version', '3.7', '10.1'],
    ['no token', '1.1', '3.7'],
    ['says hello twice', '3.6', '3.7'],
    ['offers before its welcome', '3.6', '3.6'],
    ['any major version', '10.2', '10.2'],
    ['a number twice', '1.2', '4.1'],
    ['never says taken', '1.2', '1.2'],
    ['says taken twice', '1.2', '3.17'],
    ['sends on a receiving end', '1.2', '4.3'],
    ['prints on its link', '1.4', '2.2'],
    ['reads any bytes', '2.2', '2.2'],
    ['hears what it likes', '3.6', '3.6'],
    ['another exit code', '2.5', '2.5'],
    ['takes before it is given', '3.10', '3.17'],
    ['says taken too early', '4.6', '4.6'],
    ['does not say that it polls', '4.10', '3.8'],
    ['does not ask its send back', '4.9', '4.9'],
    ['withdraws tentatively', '4.9', '4.9'],
    ['withdraws again after late', '4.9', '4.9'],
    ['takes late for an ending', '4.9', '3.19'],
    ['knows no window', '6.1', '6.1'],
    ['offers on what it closed', '7.3', '7.3'],
    ['loses its last word', '8.9', '8.9'],
    ['exits with its own code', '8.9', '8.9'],
    ['fails with code 0', '8.4', '8.4'],
  ] as const;

  test('a process that does nothing of this has none of these faults', async () => {
    const clauses = new Set(mutations.map(([, clause]) => clause));
    const only = [...clauses].flatMap((clause) => ['--only', clause]);
    const run = await kit(byHand(), ...patiently, '--transport', 'pipes', ...only);
    expect(failuresIn(run)).toEqual([]);
  });

  test.each(mutations)('a process that does this: %s', async (mutation, clause, broken) => {
    const options = ['--transport', 'pipes', '--only', clause, '--patience', '1'];
    const { lines, exitCode } = await kit(byHand(mutation), ...options);
    const failed = lines.filter(({ verdict }) => verdict === 'failed');
    expect(failed.map((line) => line.broken)).toContain(broken);
    expect(exitCode).toBe(1);
  });

  describe.skipIf(noPerl !== undefined)(`in Perl${skipped(noPerl)}`, () => {
    test.each([
      ['3.3', 'reads fields of any type', ' or leave("message $number has a wrong field")', ''],
      ['3.12', 'takes the first of two values', 'die "more than one value\\n"', 'return $value'],
      ['3.16', 'stays when it is refused', '; exit 1 }    # 3.16', '; sleep 1000 }'],
      ['4.9', 'never asks back', 'tell_link([3, $op, 1]);\n                undef', 'undef'],
      ['5.1', 'alters values', 'send_on($end{output}, $raw); {}', "send_on($end{output}, 'x'); {}"],
      ['5.7', 'lets ends be lost', 'keys %mentioned < @ends', 'undef'],
      ['7.9', 'keeps what it gave away', '    tell_link([7, $sender]);\n', ''],
      ['7.9', 'gives numbers of its supervisor', '(0, 2**31 - 1', '(0, 2**30'],
      ['7.10', 'keeps what it was given', "'used')); tell_link([7, $end]);", "'used'));"],
      ['8.8', 'ends with another code', 'exit 70', 'exit 1'],
      ['8.15', 'goes on receiving', 'if $receives && !$is_leaving', 'if 0'],
      ['8.16', 'sends on no end', "die ['closed'] if !$end;\n    tell_link([2", 'tell_link([2'],
    ])('%s: one that %s', async (clause, _, passage, other) => {
      const options = ['--transport', 'pipes', '--only', clause, '--patience', '2'];
      const { lines } = await kit(perlWith(passage, other), ...options);
      expect(lines.filter(({ verdict }) => verdict === 'failed')).not.toEqual([]);
    });
  });

  describePython('in the runtime for Python', () => {
    test.each([
      ['2.6', 'keeps one piece', 'b"".join(coming.pieces)', 'coming.pieces[0]'],
      ['2.9', 'knows more than 64 numbers', 'if transfer >= MOST_TRANSFERS:', 'if False:'],
      ['2.9', 'reads pieces of any length', 'if not 0 < len(piece) <= left:', 'if False:'],
      ['8.16', 'closes its ends too early', 'restart is not None', 'False', 'connection.py'],
      [
        '15.2',
        'checks no choice',
        'guard.end.contract.check(guard.value, guard.failed)',
        'pass',
        'party/selections.py',
      ],
      ['15.4', 'takes bytes for a text', '(None, False, 0, "", [], {})', '("",)', 'contracts.py'],
      [
        '15.5',
        'forgets what comes with an end',
        'self.contracts.pop(passed.end, None))\n',
        'None)\n',
        'party/party.py',
      ],
    ])('%s: one that %s', async (clause, _, passage, other, file = 'wire/frames.py') => {
      const options = ['--transport', 'pipes', '--only', clause, '--patience', '2'];
      const { lines } = await kit(pythonWith(file, passage, other), ...options);
      expect(lines.filter(({ verdict }) => verdict === 'failed')).not.toEqual([]);
    });
  });

  test('for people: what was expected, and what came', async () => {
    const ended = await handover([
      ...['conformance', '--transport', 'pipes', '--only', '3.7', '--'],
      ...byHand('no token'),
    ]);
    expect(ended.stdout).toMatch(
      /^3 Messages: the greeting\n {2}failed {3}3\.7 {2}says in its "hello" .*\(pipes\)\n {15}expected the token ".*" of HANDOVER_TOKEN\n {15}but: its hello says "t0k"\n\n0 ok, 1 failed, 0 skipped$/,
    );
    expect(ended.exitCode).toBe(1);
  });

  test('a program that is none fails', async () => {
    const silent = await kit(['true'], '--transport', 'pipes', '--only', '1.1');
    expect(silent.lines).toMatchObject([{ verdict: 'failed', came: 'it exited with code 0' }]);
    expect(silent.exitCode).toBe(1);
  });
});

describe('the command', () => {
  test('R11 when it is killed, the process under test goes, too', async () => {
    const options = ['conformance', '--transport', 'pipes', '--only', '1.1', '--patience', '20'];
    const running = startHandover([...options, '--', 'sleep', '1000']);
    const subject = await vi.waitFor(() => {
      const found = descendantsOf(running.processId).find(({ name }) => name === 'sleep');
      if (found === undefined) throw new Error('it is not there yet');
      return found;
    }, 10_000);
    running.signal('SIGKILL');
    await gone(subject.processId, 5_000);
  });

  test('a clause that no check is about is answered with those that are there', async () => {
    const ended = await handover(['conformance', '--only', '2.77', '--', 'true']);
    expect(ended.stderr).toMatch(
      /^handover: there is no check of clause 2\.77\. There are checks of 1\.1, /,
    );
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('a program that cannot be started is said once, and nothing is checked', async () => {
    const ended = await handover(['conformance', '--', 'no-such-program']);
    expect(ended.stderr).toMatch(/^handover: "no-such-program" cannot be started \(.*ENOENT\): /);
    expect(ended.stdout).not.toContain('failed');
    expect(ended.exitCode).toBe(2);
  });

  test('--help shows the options, the exit codes and examples', async () => {
    const { stdout, exitCode } = await handover(['help', 'conformance']);
    for (const option of [
      '--transport <which>',
      '--only <clause>',
      '--patience <seconds>',
      '--json',
    ]) {
      expect(stdout).toContain(option);
    }
    expect(stdout).toMatch(/^ {2}0 {4}nothing failed$/m);
    expect(exitCode).toBe(0);
  });
});

function skipped(why: string | undefined): string {
  return why === undefined ? '' : ` (skipped: ${why})`;
}
