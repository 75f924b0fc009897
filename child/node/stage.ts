import type { ContractSchema } from '../../src/contracts/schema.ts';
import { checkKnown, type NamesOf } from '../../src/ends/known-options.ts';
import type { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import { NotAStageError } from '../../src/errors.ts';
import { Connection, exitCodeSoFar } from './connection.ts';
import { takeLinkEnvironment } from './environment.ts';
import { namedEnds } from './named-ends.ts';

/** What a stage may be given: ends by name. */
export type StageEnds = Readonly<Record<string, Sender<never> | Receiver<unknown>>>;

const environment = takeLinkEnvironment(process.env);
/** What a stage says of itself. */
export interface StageDeclaration {
  /**
   * Against which contracts its code was built, by the names of its ends. Where the channel has another contract, or none,
   * the stage fails at once with a ContractMismatchError, and is not started again.
   */
  readonly contracts?: Readonly<Record<string, ContractSchema>>;
}

/** Made when this module is loaded: the supervisor hears at once that the process is a stage. */
export const connection = environment && new Connection(environment);

/**
 * The ends that the supervisor gave to this process, by name.
 *
 * The stage ends well when the process does with exit code 0: when the program is at its end and nothing
 * waits. Its ends are closed then. With any other exit, a signal or an uncaught error the stage has failed,
 * and whoever is at the other side of its channels learns so.
 *
 * @example
 * const { lines, words } = await stage<{ lines: Receiver<string>; words: Sender<string> }>();
 * for await (const line of lines) for (const word of line.split(' ')) await words.send(word);
 * @param declaration what it was built against
 * @throws NotAStageError when no supervisor started this process
 * @throws ContractMismatchError when it was built against a contract of a channel that has none
 */
export function stage<Ends extends StageEnds>(declaration?: StageDeclaration): Promise<Ends>;
/**
 * Runs the stage's code, and ends the process when it is done: closes its ends, waits for what was begun,
 * exits with code 0; when it throws, prints the error and exits with code 1.
 *
 * @example
 * await stage<{ lines: Receiver<string> }>(async ({ lines }) => {
 *   for await (const line of lines) console.log(line);
 * });
 */
export function stage<Ends extends StageEnds>(run: (ends: Ends) => Promise<void>): Promise<never>;
export function stage<Ends extends StageEnds>(
  declaration: StageDeclaration,
  run: (ends: Ends) => Promise<void>,
): Promise<never>;
export async function stage<Ends extends StageEnds>(
  first: StageDeclaration | ((ends: Ends) => Promise<void>) = {},
  second?: (ends: Ends) => Promise<void>,
): Promise<Ends> {
  const [declaration, run] = typeof first === 'function' ? [{}, first] : [first, second];
  checkKnown('stage()', declaration, declarationNames);
  if (connection === undefined) {
    throw new NotAStageError(
      'no supervisor started this process, so it has no ends. Start its module with `supervisor.stage(…)`, or its topology with `handover run FILE`',
    );
  }
  const ends = namedEnds<Ends>(await connection.welcome());
  if (declaration.contracts !== undefined) connection.expect(declaration.contracts);
  if (run === undefined) return ends;
  await run(ends);
  return connection.end(exitCodeSoFar());
}

const declarationNames: NamesOf<StageDeclaration> = { contracts: true };
