import { fileURLToPath } from 'node:url';
import { TopologyError } from '../../src/errors.ts';
import type { Surroundings } from '../sandbox/surroundings.ts';
import type { Command } from './command.ts';
import { isExecutable, isFile, placesOf } from './on-path.ts';

/** A stage's process is any program that speaks the protocol itself: docs/protocol.md. */
export interface ProgramCommand {
  /**
   * The program and its arguments, as in `['python3', new URL('./parser.py', import.meta.url)]`. No shell reads
   * them. A file URL stands for its path; a relative path starts from the stage's `folder`.
   */
  readonly command: readonly (string | URL)[];
  /** Added to the supervisor's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** It belongs to a program that does not speak the protocol. */
  readonly format?: never;
  readonly answers?: never;
  /** They belong to a module. */
  readonly module?: never;
  readonly args?: never;
  readonly loader?: never;
  readonly flags?: never;
}

/** @throws TopologyError when there is no such program, or something is said twice */
export function programOf(
  stage: string,
  options: ProgramCommand,
  { environment, folder, user }: Surroundings,
): Command {
  const { command, env = {} } = options;
  for (const name of ['module', 'args', 'loader', 'flags'] as const) {
    if (options[name] === undefined) continue;
    throw new TopologyError(
      `stage "${stage}": \`${name}\` has no meaning beside \`command\`, which says all about what is run`,
    );
  }
  if (options.answers !== undefined) {
    throw new TopologyError(
      `stage "${stage}": \`answers\` has no meaning without a \`format\`: a program that speaks the protocol says itself what it has taken`,
    );
  }
  const [program = '', ...args] = command.map((word) => asText(stage, word));
  if (program === '') {
    throw new TopologyError(
      `stage "${stage}": its command names no program. The first of the list is the program, the others are its arguments`,
    );
  }
  const whole = { ...environment, ...env };
  checkCanRun(stage, program, folder, whole.PATH ?? '');
  const greeting = 'it must say hello over its link, as docs/protocol.md has it';
  return { file: program, args, env: whole, starters: 0, greeting, folder, user };
}

function asText(stage: string, word: string | URL): string {
  if (typeof word === 'string') return word;
  if (word instanceof URL && word.protocol === 'file:') return fileURLToPath(word);
  throw new TopologyError(
    `stage "${stage}": a command is made of strings and file URLs, not of ${String(word)}`,
  );
}

function checkCanRun(stage: string, program: string, folder: string, path: string): void {
  const places = placesOf(program, folder, path);
  const files = places.filter(isFile);
  if (files.some(isExecutable)) return;
  const [file] = files;
  throw new TopologyError(
    file === undefined
      ? `stage "${stage}": there is no program ${program}${program.includes('/') ? ` (${places.join()})` : ' on the PATH'}`
      : `stage "${stage}": ${file} may not be executed: chmod +x, or name the program that reads it first, as in ['python3', '${program}']`,
  );
}
