/**
 * What was typed for one stage of `handover pipe`, and what it is taken for:
 *
 * | typed                                         | taken for                                          |
 * | --------------------------------------------- | -------------------------------------------------- |
 * | `FORMAT: COMMAND`                             | a program that reads and writes that format        |
 * | `FORMAT>FORMAT: COMMAND`                      | one that reads the first, and writes the second    |
 * | `stage: COMMAND`                              | a stage, whatever it is written in                 |
 * | a file `.ts`, `.js` …, that mentions handover | a stage: a module for Node                         |
 * | another such file                             | a program, run by Node                             |
 * | a command that knows the protocol (`speaks`)  | a stage                                            |
 * | any other command                             | a program that reads and writes the default format |
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { parse } from 'shell-quote';
import { type FormatName, formatNames } from '../../../platform/program-words.ts';
import type { ProgramFormat } from '../../command/adapted-command.ts';
import type { StageOptions } from '../../options.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';
import { isInterpreter, isSetting, mentionsHandover, pathOf, speaks } from './speaks.ts';

type BothWays = Exclude<ProgramFormat, string>;

export interface TypedStage {
  /** After what it runs: `parse`, `jq`. */
  readonly name: string;
  /** For people. */
  readonly kind: 'a module' | 'a stage by its own account' | `a program (${string})`;
  /** How it reads what comes and writes what goes, if it is a program. */
  readonly format: BothWays | undefined;
  readonly options: StageOptions;
}

/** @throws Problem when there is no such file or command */
export function typedStage(text: string, place: number, format: FormatName): TypedStage {
  const [, prefix, writes, rest = text] = prefixed.exec(text) ?? [];
  const plain: BothWays = { reads: format, writes: format };
  const words = plainWords(rest);
  const wrong = (what: string) => new Problem(exitCodes.mistaken, `stage ${place} ${what}`);
  if (rest.trim() === '') throw wrong('is empty: give a file, or a command');
  if (isFormat(prefix)) {
    return program(rest, words, { reads: prefix, writes: isFormat(writes) ? writes : prefix });
  }
  if (prefix === 'stage') return command(rest, words);
  const [file = ''] = words ?? [];
  if (words !== undefined && isModule(file)) {
    if (!existsSync(file)) throw wrong(`is to run ${file}, and there is no such file`);
    if (mentionsHandover(file)) return moduleOf(words);
    return program(`${quoted(process.execPath)} ${rest}`, words, plain);
  }
  if (words !== undefined && !isKnownToShell(file)) {
    throw wrong(`is to run "${file}", and there is no such command: ${rest}`);
  }
  return words !== undefined && speaks(words) ? command(rest, words) : program(rest, words, plain);
}

/** Its ends are added by the pipeline. */
function moduleOf([file = '', ...args]: readonly string[]): TypedStage {
  return {
    name: nameOf([file]),
    kind: 'a module',
    format: undefined,
    options: { module: resolve(file), args, ends: {} },
  };
}

function command(text: string, words: Words): TypedStage {
  return {
    name: nameOf(words ?? [text]),
    kind: 'a stage by its own account',
    format: undefined,
    options: { command: commandOf(text, words), ends: {} },
  };
}

function program(text: string, words: Words, format: BothWays): TypedStage {
  const { reads, writes } = format;
  return {
    name: nameOf(words ?? [text]),
    kind: `a program (${reads === writes ? reads : `${reads}>${writes}`})`,
    format,
    options: { command: commandOf(text, words), format, ends: {} },
  };
}

/** What is typed means what it means in a shell, which is asked only where it has to be. */
function commandOf(text: string, words: Words): readonly [string, ...string[]] {
  const [first, ...others] = words ?? [];
  const isOfShell = first === undefined || isSetting(first) || ownWords.includes(first);
  if (isOfShell || pathOf(first) === undefined) {
    return ['/bin/sh', '-c', text];
  }
  return [first, ...others];
}

/** `undefined` when it takes a shell to tell: with pipes, redirections, patterns, `~`, and what it puts in itself. */
type Words = readonly string[] | undefined;

function plainWords(text: string): Words {
  if (/[`$\\\n]/.test(text) || hasOdd("'", text) || hasOdd('"', text)) return undefined;
  const words = parse(text);
  return words.every((word) => typeof word === 'string' && !word.startsWith('~'))
    ? (words as readonly string[])
    : undefined;
}

/** Programs that shells have themselves, and mean a little differently. */
const ownWords = ['echo', 'printf', 'kill', 'test', '[', 'pwd'];

function hasOdd(quote: string, text: string): boolean {
  return text.split(quote).length % 2 === 0;
}

/** The script rather than its interpreter, and no settings of the environment before it. */
function nameOf(words: readonly string[]): string {
  const [first = '', ...others] = words.filter((word) => !isSetting(word));
  const script = isInterpreter(first) ? others.find((word) => existsSync(word)) : undefined;
  const name = basename((script ?? first).split(/\s/)[0] ?? '');
  return name.slice(0, name.length - extname(name).length) || 'stage';
}

function isModule(file: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(file);
}

/** A setting of the environment before a command, a program, or something that the shell has itself. */
function isKnownToShell(word: string): boolean {
  if (isSetting(word) || pathOf(word) !== undefined) return true;
  try {
    execFileSync('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', word], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function isFormat(prefix: string | undefined): prefix is FormatName {
  return formatNames.some((name) => name === prefix);
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

const names = formatNames.join('|');
const prefixed = new RegExp(`^\\s*(stage|${names})(?:>(${names}))?:\\s*(.*)$`, 's');
