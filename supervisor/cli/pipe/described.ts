import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatNames } from '../../../platform/program-words.ts';
import type { RestartWhen } from '../../restart/terms.ts';
import { seconds, times } from '../numbers.ts';
import { progressModes } from '../progress/progress.ts';
import type { PipeManner } from './pipe.ts';

/** Makes `pipe` a command of the program. */
export function describePipe(
  program: Command,
  action: (texts: readonly string[], manner: PipeManner) => Promise<void>,
  shared: { readonly drain: Option; readonly log: Option; readonly verbose: Option },
): void {
  program
    .command('pipe')
    .summary('run commands and modules as stages of a pipeline')
    .description(description)
    .argument('<stages...>', 'each a module, or a command as in a shell, in quotes')
    .addOption(
      new Option(
        '-f, --format <format>',
        'how programs read and write that are no stages; and stdin and stdout',
      )
        .choices(formatNames)
        .default('text'),
    )
    .addOption(
      new Option('-j, --replicas <stage=number>', 'so many processes for that stage: 2=4')
        .argParser(replicas)
        .default(new Map(), 'one'),
    )
    .option('-O, --ordered', 'what they send keeps the order of what they were given', false)
    .addOption(
      new Option('-r, --restart <when>', 'when a stage is started again')
        .choices(['never', 'on-failure', 'always'] satisfies readonly RestartWhen[])
        .default('never'),
    )
    .option('-a, --max-attempts <number>', 'how many attempts at one value may fail', times, 3)
    .option('-D, --dead-letters <file>', 'where values go that no attempt has got through')
    .addOption(
      new Option(
        '-t, --tap <stage>',
        'print on stderr what goes out of that stage; 0: into the first',
      )
        .argParser(tap)
        .default(new Set(), 'none'),
    )
    .option('--list', 'say what each stage is taken for, and run nothing', false)
    .addOption(
      new Option(
        '-p, --progress <how>',
        'how to show on stderr what the joints do; auto: live on a terminal where no value goes',
      )
        .choices(progressModes)
        .default('auto'),
    )
    .option('-i, --interval <seconds>', 'rates are those of the last so many seconds', seconds, 3)
    .addOption(shared.drain)
    .addOption(shared.log)
    .addOption(shared.verbose)
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover pipe --help shows how it is used)')
    .addHelpText('after', help)
    .action(action);
}

const description = `Starts each argument as a stage, with a channel to the next, from stdin to stdout. Values go from stage to
stage by rendezvous: no stage runs ahead of the next, and what a dead process had in hand is not lost.`;

const help = `
What a stage may be:
  ./parse.ts --fast      a module (.ts, .js) that mentions handover: a stage with the ends input and output
  'python3 geo.py'       a script or a program that knows handover: the same
  'jq -c .x'             any other command: each line of its stdout is a value, and each value a line of its stdin
  'jsonl: jq -c .x'      the same, and each line is JSON: text, lines, csv, nul, …
  'text>jsonl: jq .x'    the same, in different formats
  'stage: ./run.sh'      a stage, though that cannot be seen from outside

As text, a value goes to a program as a line if it is a text, and else as a line of JSON. A program reads ahead, as
in any pipe: what is inside of it when it dies is lost. Stdin is not read from a terminal.

Exit codes:
  0    every stage ended well; or it ended because nobody wanted more from it
  1    stdin or a stage failed
  2    the command was typed wrongly
  3    stages waited for each other, and could never go on
  129  it was ended by SIGHUP: its terminal was closed
  130  it was ended by Ctrl-C (SIGINT)
  143  it was ended by SIGTERM
When a stage failed with another code, or by a signal, it is that of the first that did.

Examples:
  handover pipe 'cat access.log' ./parse.ts 'python3 geo.py' 'jq -c .country' > countries
  handover pipe 'find . -name "*.png"' ./thumbnail.ts -j 2=4 --restart on-failure --dead-letters bad.jsonl
  handover pipe 'cat access.log' ./parse.ts ./count.ts --tap 2 --list
`;

function replicas(text: string, others: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const [, stage, number] = /^(\d+)=([1-9]\d{0,3})$/.exec(text) ?? [];
  if (stage === undefined) {
    throw new InvalidArgumentError('It is the number of a stage, and of its processes: 2=4.');
  }
  return new Map([...others, [Number(stage), Number(number)]]);
}

function tap(text: string, others: ReadonlySet<number>): ReadonlySet<number> {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is the number of a stage.');
  return new Set([...others, Number(text)]);
}
