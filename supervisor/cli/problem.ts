import { HandoverError } from '../../src/errors.ts';
import { exitCodes } from './exit-codes.ts';
import { excerptFor } from './place.ts';

export type ExitCode = (typeof exitCodes)['failed' | 'mistaken' | 'deadlocked'];

/** Something that whoever typed the command can put right: told without a stack. */
export class Problem extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** An error that came out of somebody's own file, with the place there. */
export function problemIn(file: string, error: unknown): Problem {
  return new Problem(
    exitCodes.mistaken,
    `${inWords(error)}\n${excerptFor(error, file)}${hintFor(error)}`,
  );
}

function inWords(error: unknown): string {
  // The errors of handover are whole sentences already.
  if (error instanceof HandoverError) return error.message;
  if (!(error instanceof Error)) return `it threw ${String(error)}`;
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}

function hintFor(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return '';
  return '\nNode reads TypeScript only by leaving the types out. Do without, or install tsx and run: NODE_OPTIONS="--import tsx" handover run …';
}
