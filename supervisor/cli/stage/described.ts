import { type Command, Option } from 'commander';
import { formatNames } from '../../../platform/program-words.ts';
import type { StageManner } from './stage.ts';

/** Makes `stage` a command of the program. */
export function describeStage(
  program: Command,
  action: (words: readonly string[], manner: StageManner) => Promise<void>,
  shared: { readonly drain: Option; readonly log: Option; readonly verbose: Option },
): void {
  program
    .command('stage')
    .summary('run one stage, in a line of a shell')
    .description(description)
    .argument('<file...>', 'a module, or a program and its arguments; options for it come after --')
    .addOption(
      new Option(
        '-f, --format <format>',
        'the program knows nothing of channels: how it reads its stdin and writes its stdout',
      ).choices(formatNames),
    )
    .option(
      '-j, --json',
      'where a neighbour is no handover stage: every line is JSON, texts too, both ways',
      false,
    )
    .addOption(shared.drain)
    .addOption(shared.log)
    .addOption(shared.verbose)
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover stage --help shows how it is used)')
    .addHelpText('after', help)
    .action(action);
}

const description = `Runs one stage, for a line of a shell: what comes on stdin goes to its end "input", and what it sends on
its end "output" goes to stdout. Between two of them the | keeps the rendezvous: a send completes when the next stage
has taken the value.`;

const help = `
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
