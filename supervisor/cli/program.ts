import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { formatNames } from '../../platform/program-words.ts';
import { type ConformanceManner, conformance } from './conformance/conformance.ts';
import { transports } from './conformance/transport.ts';
import { exitCodes } from './exit-codes.ts';
import { logFormats } from './log.ts';
import { Problem } from './problem.ts';
import { progressModes } from './progress/progress.ts';
import { type ReplayManner, replay } from './replay/replay.ts';
import { type RunManner, run } from './run.ts';
import { runStage, type StageManner } from './stage/stage.ts';

/**
 * The command `handover`.
 *
 * @param args what was typed after its name
 * @returns the exit code
 */
export async function handover(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  try {
    checkIsCommand(args);
    const program = describe({
      run: async (file, rest, manner) => {
        exitCode = await run(file, rest, manner);
      },
      replay: async (file, { inspect, attempts, log }) => {
        const mode = inspect ? 'inspect' : 'run';
        exitCode = await replay(file, { mode, attempts, log });
      },
      conformance: async (command, manner) => {
        exitCode = await conformance(command, manner);
      },
      stage: async (words, { json, ...manner }) => {
        exitCode = await runStage(words, { ...manner, form: json ? 'json' : 'text' });
      },
    });
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // What commander has against the arguments, it has said itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.mistaken;
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`handover: ${error.message}\n`);
    return error.exitCode;
  }
}

interface Actions {
  readonly run: (file: string, args: readonly string[], manner: RunManner) => Promise<void>;
  readonly replay: (file: string, options: ReplayOptions) => Promise<void>;
  readonly conformance: (command: readonly string[], manner: ConformanceManner) => Promise<void>;
  readonly stage: (words: readonly string[], options: OneStageOptions) => Promise<void>;
}

interface OneStageOptions extends Omit<StageManner, 'form'> {
  readonly json: boolean;
}

interface ReplayOptions extends Pick<ReplayManner, 'attempts' | 'log'> {
  readonly inspect: boolean;
}

function describe(actions: Actions): Command {
  const program = new Command('handover')
    .description('Runs programs made of processes that hand values to each other over channels.')
    .version(version(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('(handover --help shows how it is used)')
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'handover: ')),
    })
    .addHelpText('after', examples)
    .exitOverride();
  program
    .command('run')
    .summary('run a topology file')
    .description(runDescription)
    .argument('<file>', 'the topology file, .ts or .js')
    .argument('[args...]', 'what its default function gets; options for it come after --')
    .addOption(
      new Option(
        '-p, --progress <how>',
        'how to show on stderr what the channels do; auto: live on a terminal, else lines',
      )
        .choices(progressModes)
        .default('auto'),
    )
    .option(
      '-i, --interval <seconds>',
      'rates are those of the last so many seconds; a line comes as often',
      seconds,
      3,
    )
    .option(
      '-d, --drain <seconds>',
      'how long what is under way may drain after the first Ctrl-C',
      patience,
      5,
    )
    .addOption(logOption())
    .option(
      '-v, --verbose',
      'log also what is ordinary: processes that start, are ready, end',
      false,
    )
    .option('-r, --reports <folder>', 'write a crash report there for each process that dies')
    .option('--no-values', 'leave the values out of the crash reports')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover run --help shows how it is used)')
    .addHelpText('after', runHelp)
    .action(actions.run);
  program
    .command('replay')
    .summary('run the stage of a crash report again')
    .description(replayDescription)
    .argument(
      '<report>',
      'a file that --reports wrote, or the folder: then the newest in it with a value in hand',
    )
    .option('--inspect', 'have its Node wait for a debugger before the first line', false)
    .option(
      '-n, --attempts <number>',
      'run it so often, until it fails: for crashes that come only now and then',
      times,
      1,
    )
    .addOption(logOption())
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover replay --help shows how it is used)')
    .addHelpText('after', replayHelp)
    .action(actions.replay);
  program
    .command('conformance')
    .summary('check that a program in any language keeps to the protocol')
    .description(conformanceDescription)
    .argument('<command...>', 'the program and its arguments, after --')
    .addOption(
      new Option(
        '-t, --transport <which>',
        'how the program is linked: by two pipes, or by one socket',
      )
        .choices([...transports, 'both'])
        .default('both'),
    )
    .option(
      '-o, --only <clause>',
      'check only this clause, such as 2.2, or this section; can be given several times',
      (clause: string, others: readonly string[]) => [...others, clause],
      [],
    )
    .option(
      '-p, --patience <seconds>',
      'how long the program may take for what it must do',
      seconds,
      5,
    )
    .option('-j, --json', 'report in JSON, a line for each check', false)
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover conformance --help shows how it is used)')
    .addHelpText('after', conformanceHelp)
    .action(actions.conformance);
  program
    .command('stage')
    .summary('run one stage, in a line of a shell')
    .description(stageDescription)
    .argument('<file...>', 'a module, or a program and its arguments; options for it come after --')
    .addOption(
      new Option(
        '-f, --format <how>',
        'the program knows nothing of channels: how it reads its stdin and writes its stdout',
      ).choices(formatNames),
    )
    .option(
      '-j, --json',
      'where a neighbour is no handover stage: every line is JSON, texts too, both ways',
      false,
    )
    .option(
      '-d, --drain <seconds>',
      'how long what is under way may drain after the first Ctrl-C',
      patience,
      5,
    )
    .addOption(logOption())
    .option('-v, --verbose', 'log also what is ordinary', false)
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover stage --help shows how it is used)')
    .addHelpText('after', stageHelp)
    .action(actions.stage);
  return program;
}

function logOption(): Option {
  return new Option(
    '-l, --log <how>',
    'how stderr shows what stages print and what happens; auto: pretty on a terminal, else plain',
  )
    .choices(logFormats)
    .default('auto');
}

const examples = `
Examples:
  handover run topology.ts               run what the file describes, until every stage has ended
  handover run topology.ts -- --fast 3   the same, and hand it the arguments --fast and 3
  handover run topology.ts --reports crashes
                                         write down each crash, in the folder crashes
  handover replay crashes                run the stage that crashed last again, with the value that it had
  handover stage ./a.ts | handover stage ./b.ts
                                         one stage each, with a rendezvous between them
  handover conformance -- ./stage         check a stage that speaks the protocol itself, clause by clause
  handover help run                      what a topology file looks like, and all options
`;

const runDescription = `Runs a topology file: a module whose default function makes channels and stages.
Returns when that function has, and every stage has ended.`;

const runHelp = `
A topology file:
  import type { Supervisor } from 'handover';
  export default (supervisor: Supervisor, args: readonly string[]) => {
    const lines = supervisor.channel<string>('lines');
    supervisor.stage('reader', {
      module: new URL('./reader.ts', import.meta.url),
      args,
      ends: { lines: lines.sender },
    });
    supervisor.stage('printer', {
      module: new URL('./printer.ts', import.meta.url),
      ends: { lines: lines.receiver },
    });
  };

Ctrl-C lets what is under way drain, for 5 seconds at most (--drain): the stages at the beginning end, and
the others after them. What still runs then gets SIGTERM, and SIGKILL 2 seconds later. A second Ctrl-C ends
every stage at once. SIGTERM and SIGHUP do as Ctrl-C.

Exit codes:
  0    every stage ended well
  1    a stage failed
  2    the command was typed wrongly, or the topology is put together wrongly
  3    stages waited for each other, and could never go on
  129  it was ended by SIGHUP: its terminal was closed
  130  it was ended by Ctrl-C (SIGINT)
  143  it was ended by SIGTERM

Examples:
  handover run examples/census/topology.ts
  handover run topology.ts --progress lines --interval 10 2> progress.log
  handover run topology.ts --log json 2> log.jsonl
  handover run topology.ts --reports crashes
`;

const replayDescription = `Runs the stage of a crash report again, alone. It is given the values that it had in hand
when it crashed; without any, those that it took last. What it sends is shown.`;

const replayHelp = `
Its receiving ends get the values of the report, and then end; those without a value end at once. Its arguments,
working folder and limits are those of the report, its environment is the one here. What it prints goes to stderr.

With --inspect it waits for a debugger, and no deadline or limit of time holds for it.

Exit codes:
  0    it survived
  1    it failed again; the last line says whether it was in the same way
  2    the command was typed wrongly, or the report cannot be replayed
  129, 130, 143  it was ended by SIGHUP, Ctrl-C or SIGTERM

Examples:
  handover replay crashes
  handover replay crashes/crash-20260102T030405.006Z-parser-4711.json
  handover replay crash.json --inspect
  handover replay crash.json --attempts 100
`;

const conformanceDescription = `Checks that a program, in whatever language, keeps to docs/protocol.md: starts it for each check, and
plays the supervisor towards it, by hand. The program has to be the subject that docs/conformance-kit.md
describes: a stage of a few lines, which does what it is told.`;

const conformanceHelp = `
Each check is told with its clause of the protocol: ok; failed, with what was expected and what came; or
skipped, with the reason: the program may leave out what the check is about, and does.

Exit codes:
  0    nothing failed
  1    a check failed
  2    the command was typed wrongly

Examples:
  handover conformance -- python3 subject.py
  handover conformance --only 2.2 --only 4 -- ./subject --quiet
  handover conformance --transport pipes --json -- ./subject > report.jsonl
`;

const stageDescription = `Runs one stage, for a line of a shell: what comes on stdin goes to its end "input", and what it sends on
its end "output" goes to stdout. Between two of them the | keeps the rendezvous: a send completes when the next stage
has taken the value.`;

const stageHelp = `
A stage:
  import { type Receiver, type Sender, stage } from 'handover/child';
  const { input, output } = await stage<{ input: Receiver<string>; output: Sender<string> }>();
  for await (const line of input) await output.send(line.toUpperCase());

A file that ends in .ts, .mts, .cts, .js, .mjs or .cjs is a module; anything else is a program that speaks the
protocol, or with --format any program. Where the neighbour is no handover stage, a text is a line, and any other
value a line of JSON; stderr says once that nobody knows what is taken. Nothing is read from a terminal.

Exit codes:
  0    the stage ended well
  2    the command was typed wrongly, or another stage reads from the same pipe
  3    it waited for itself, and could never go on
  129, 130, 143  it was ended by SIGHUP, Ctrl-C or SIGTERM
  141  nobody read any more what it sent, and so it failed
  Any other is that of the stage; 128 and the number of the signal that killed it.

Examples:
  handover stage ./parse.ts | handover stage ./enrich.py > out.jsonl
  handover stage ./parse.ts -- --fast < words.txt
  ls | handover stage --format lines -- grep -v test | handover stage ./count.ts
`;

/** `handover topology.ts` is nearly right. */
function checkIsCommand([first]: readonly string[]): void {
  if (first === undefined || !/\.[cm]?[jt]s$/.test(first) || !existsSync(first)) return;
  throw new Problem(
    exitCodes.mistaken,
    `${first} is not a command. Did you mean: handover run ${first}?`,
  );
}

function seconds(text: string): number {
  const number = Number(text);
  if (number >= 0.1 && number <= 86_400) return number;
  throw new InvalidArgumentError('It is a number of seconds, from 0.1 on.');
}

function patience(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= 86_400) return number;
  throw new InvalidArgumentError('It is a number of seconds; 0: not at all.');
}

function times(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('It is a number from 1 on.');
}

function version(): string {
  const { version } = createRequire(import.meta.url)('handover/package.json') as {
    version: string;
  };
  return version;
}
