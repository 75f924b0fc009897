/** The module of a stage whose work is done by a program that knows nothing of channels. */
import { UnfitError } from '../../platform/formats/format.ts';
import { formats } from '../../platform/formats/index.ts';
import type { ProgramWords } from '../../platform/program-words.ts';
import type { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import { ChannelBrokenError, ContractError, NotAStageError } from '../../src/errors.ts';
import { connection } from '../node/stage.ts';
import { carry } from './program.ts';
import { type Ending, start } from './running.ts';

/** What a shell says of a command that SIGPIPE has ended. */
const ofPipe = 128 + 13;

const { file, args, reads, writes, answers }: ProgramWords = JSON.parse(process.argv[2] ?? '');
if (connection === undefined) throw new NotAStageError('no supervisor started this process');
const { settings, ends } = await connection.welcome();
const program = await start(file, args);
let isUnheard = false;
const carried = carry(
  {
    input: ends.get('input') as Receiver<unknown> | undefined,
    output: ends.get('output') as Sender<unknown> | undefined,
    reads: formats[reads],
    writes: formats[writes],
    answers,
    maxValueBytes: settings.maxValueBytes,
  },
  {
    ...program,
    closeStdout: () => {
      isUnheard = true;
      program.closeStdout();
    },
    endedWell: program.ended.then(isWell),
  },
);
await carried.catch((error: unknown) => {
  // A neighbour has failed, or the program: that is no fault of this code, whose place would say nothing.
  const isTold =
    error instanceof ChannelBrokenError ||
    error instanceof ContractError ||
    error instanceof UnfitError;
  if (!isTold) throw error;
  console.error(error.message);
  process.exit(1);
});
endAs(await program.ended);

/**
 * That nobody wanted more of its output is no failure: a shell does not tell of it, either, and where it has run the
 * program, has 141 for it.
 */
function isWell({ code, signal }: Ending): boolean {
  return code === 0 || (isUnheard && (signal === 'SIGPIPE' || code === ofPipe));
}

/** As the program has. */
function endAs(ending: Ending): void {
  const { code, signal } = ending;
  if (isWell(ending)) return;
  if (signal !== null) process.kill(process.pid, signal);
  // At once: it is the reason for what is still in hand.
  else process.exit(code ?? 1);
}
