/**
 * Whether a command knows the protocol, without running it: whoever is on a link must read HANDOVER_LINK from its
 * environment, so the name stands in a program that was compiled, and a script imports a runtime that is called
 * handover. To start a program in order to find out would be to start some of them twice.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { isExecutable, isFile, placesOf } from '../../command/on-path.ts';

/** In bytes. No runtime is as large; an interpreter may be, and says nothing about the script. */
const largest = 64 * 2 ** 20;

/** @param words the command and its arguments */
export function speaks(words: readonly string[]): boolean {
  const [first = '', ...others] = words.filter((word) => !isSetting(word));
  if (isInterpreter(first)) {
    const script = others.find((word) => !word.startsWith('-') && contentOf(word) !== undefined);
    return script !== undefined && mentionsHandover(script);
  }
  const path = pathOf(first);
  return path !== undefined && mentionsHandover(path);
}

export function mentionsHandover(file: string): boolean {
  const content = contentOf(file);
  if (content === undefined) return false;
  const isText = !content.subarray(0, 8_000).includes(0);
  return isText
    ? /\bhandover\b|HANDOVER_LINK/.test(String(content))
    : content.includes('HANDOVER_LINK');
}

/** `NAME=value`, as it may stand before a command. */
export function isSetting(word: string): boolean {
  return /^\w+=/.test(word);
}

export function isInterpreter(word: string): boolean {
  return /^(node|deno|bun|tsx|python|perl|ruby|lua|php|Rscript|julia|sh|dash|bash|zsh)[\d.]*$/.test(
    basename(word),
  );
}

function contentOf(file: string): Buffer | undefined {
  const size = statSync(file, { throwIfNoEntry: false });
  return size?.isFile() && size.size <= largest ? readFileSync(file) : undefined;
}

/** Of a program, as the system would find it. */
export function pathOf(word: string): string | undefined {
  const places = placesOf(word, process.cwd(), process.env.PATH ?? '');
  return places.find((path) => isFile(path) && isExecutable(path));
}
