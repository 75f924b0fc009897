import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Argument, Command, CommanderError, Option } from 'commander';
import { completionFor, shells } from './completion.ts';
import { type ConformanceManner, conformance } from './conformance/conformance.ts';
import { transports } from './conformance/transport.ts';
import { type ContractsManner, contracts } from './contracts/contracts.ts';
import { describeContracts } from './contracts/described.ts';
import { exitCodes } from './exit-codes.ts';
import { logFormats } from './log.ts';
import { patience, seconds, times } from './numbers.ts';
import { describePipe } from './pipe/described.ts';
import { type PipeManner, pipe } from './pipe/pipe.ts';
import { Problem } from './problem.ts';
import { progressModes } from './progress/progress.ts';
import { type ReplayManner, replay } from './replay/replay.ts';
import { type RunManner, run } from './run.ts';
import { shellScript } from './shell.ts';
import { describeStage } from './stage/described.ts';
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
      pipe: async (texts, manner) => {
        exitCode = await pipe(texts, manner);
      },
      stage: async (words, manner) => {
        exitCode = await runStage(words, manner);
      },
      contracts: async (file, rest, manner) => {
        exitCode = await contracts(file, rest, manner);
      },
      replay: async (file, { inspect, attempts, log }) => {
        const mode = inspect ? 'inspect' : 'run';
        exitCode = await replay(file, { mode, attempts, log });
      },
      conformance: async (command, manner) => {
        exitCode = await conformance(command, manner);
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
  readonly pipe: (texts: readonly string[], manner: PipeManner) => Promise<void>;
  readonly stage: (words: readonly string[], manner: StageManner) => Promise<void>;
  readonly contracts: (
    file: string,
    args: readonly string[],
    manner: ContractsManner,
  ) => Promise<void>;
  readonly replay: (file: string, options: ReplayOptions) => Promise<void>;
  readonly conformance: (command: readonly string[], manner: ConformanceManner) => Promise<void>;
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
    .addOption(drainOption())
    .addOption(logOption())
    .addOption(verboseOption())
    .option('-r, --reports <folder>', 'write a crash report there for each process that dies')
    .option('--no-values', 'leave the values out of the crash reports')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover run --help shows how it is used)')
    .addHelpText('after', runHelp)
    .action(actions.run);
  describePipe(program, actions.pipe, {
    drain: drainOption(),
    log: logOption(),
    verbose: verboseOption(),
  });
  describeStage(program, actions.stage, {
    drain: drainOption(),
    log: logOption(),
    verbose: verboseOption(),
  });
  describeContracts(program, actions.contracts);
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
    .command('shell')
    .summary('print what makes a shell script a stage')
    .description(shellDescription)
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover shell --help shows how it is used)')
    .addHelpText('after', shellHelp)
    .action(() => {
      process.stdout.write(shellScript());
    });
  program
    .command('completion')
    .summary('print a script by which a shell completes this command')
    .description(
      'Prints what bash or zsh need in order to complete commands, options and their choices.',
    )
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover completion --help shows how it is used)')
    .addHelpText('after', completionHelp)
    .action((shell: (typeof shells)[number]) => {
      process.stdout.write(completionFor(shell, program));
    });
  return program;
}

function drainOption(): Option {
  return new Option(
    '-d, --drain <seconds>',
    'how long what is under way may drain after the first Ctrl-C',
  )
    .argParser(patience)
    .default(5);
}

function verboseOption(): Option {
  return new Option(
    '-v, --verbose',
    'log also what is ordinary: processes that start, are ready, end',
  ).default(false);
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
  handover pipe 'cat access.log' ./parse.ts 'sort -u'
                                         run commands and modules as the stages of a pipeline
  handover stage ./a.ts | handover stage ./b.ts
                                         one stage each, with a rendezvous between them
  handover replay crashes                run the stage that crashed last again, with the value that it had
  handover contracts topology.ts --out schemas
                                         what its channels carry, as JSON Schema
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

const shellDescription = `Prints what a shell script evaluates to become a stage. Then it has a function handover, by which it
receives and sends, each a rendezvous. It works in sh, bash, dash and zsh.`;

const shellHelp = `
  eval "$(handover shell)"
  while handover receive lines; do          the value is in the variable that is called like the end
    handover send words "$(printf %s "$lines" | wc -w)"
  done

  receive END [SECONDS]         0: there is a value; 1: the channel has ended; 124: the time is over
  work END [SECONDS]            the same; its sender is released by the next work, or by done
  done; fail WHY                the value in hand is done, or the attempt at it has failed
  send END TEXT [SECONDS]       0: it was taken; 1: nobody can take it any more; 124: the time is over
  send-json END JSON [SECONDS]  the same
  select END…                   the first that has a value; the variable chosen has its name
  close END

What is no text comes as JSON. Whatever else fails ends the script, with a sentence and exit code 1: a channel that
breaks is no end.
`;

const completionHelp = `
Examples:
  handover completion bash >> ~/.bashrc
  handover completion zsh >> ~/.zshrc
`;

/** `handover topology.ts` is nearly right. */
function checkIsCommand([first]: readonly string[]): void {
  if (first === undefined || !/\.[cm]?[jt]s$/.test(first) || !existsSync(first)) return;
  throw new Problem(
    exitCodes.mistaken,
    `${first} is not a command. Did you mean: handover run ${first}?`,
  );
}

function version(): string {
  const { version } = createRequire(import.meta.url)('handover/package.json') as {
    version: string;
  };
  return version;
}
