import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { Problem } from './problem.ts';
import { progressModes } from './progress/progress.ts';
import { type RunManner, run } from './run.ts';

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
    const program = describe(async (file, rest, manner) => {
      exitCode = await run(file, rest, manner);
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

type Run = (file: string, args: readonly string[], manner: RunManner) => Promise<void>;

function describe(onRun: Run): Command {
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
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover run --help shows how it is used)')
    .addHelpText('after', runHelp)
    .action(onRun);
  return program;
}

const examples = `
Examples:
  handover run topology.ts               run what the file describes, until every stage has ended
  handover run topology.ts -- --fast 3   the same, and hand it the arguments --fast and 3
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

function version(): string {
  const { version } = createRequire(import.meta.url)('handover/package.json') as {
    version: string;
  };
  return version;
}
