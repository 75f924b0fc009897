/** What was typed behind `handover stage`, as the options of a stage. */
import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { FormatName } from '../../../platform/program-words.ts';
import type { StageCommand } from '../../command/command.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';

export interface WhatToRun {
  /** For people. */
  readonly name: string;
  readonly command: StageCommand;
}

const modules = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/**
 * @param format of a program that knows nothing of channels
 * @throws Problem when there is no such module
 */
export function whatToRun(words: readonly string[], format: FormatName | undefined): WhatToRun {
  const [first = '', ...args] = words;
  const name = basename(first, extname(first)) || first;
  if (format !== undefined) return { name, command: { command: words, format } };
  if (!modules.includes(extname(first))) return { name, command: { command: words } };
  const path = resolve(first);
  if (!existsSync(path)) throw new Problem(exitCodes.mistaken, `there is no file ${path}`);
  return { name, command: { module: path, args } };
}
