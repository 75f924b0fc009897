/** Where in somebody's own code an error comes from, and how that place looks. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
}

/**
 * The place as text to print below the message of `error`.
 * @param file the file that was being run: named when the error does not say where it comes from
 */
export function excerptFor(error: unknown, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const place = headOf(stack) ?? frameOf(stack) ?? (error instanceof SyntaxError && checked(file));
  return place ? excerpt(place) : `  in ${shown(file)}`;
}

/** A path as short as it can be written here. */
export function shown(path: string): string {
  const short = relative('', path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** Syntax errors begin with `file:line` and some lines of it, with a caret below the one that is meant. */
function headOf(stack: string): Place | undefined {
  const [head = '', ...lines] = stack.split('\n');
  const match = /^(file:\/\/.+|\/.+|[A-Z]:\\.+):(\d+)$/.exec(head);
  if (match === null) return undefined;
  const column = (lines.find((line) => /^\s*\^+$/.test(line)) ?? '').indexOf('^') + 1;
  return {
    file: asPath(match[1]),
    line: Number(match[2]),
    column: column > 0 ? column : undefined,
  };
}

/** The innermost call in code that is neither Node's, nor handover's, nor that of a package. */
function frameOf(stack: string): Place | undefined {
  for (const line of stack.split('\n')) {
    const match = /^ +at (?:async |.*\()?(file:\/\/.+?|\/.+?|[A-Z]:\\.+?):(\d+):(\d+)\)?$/.exec(
      line,
    );
    if (match === null) continue;
    const file = asPath(match[1]);
    if (isForeign(file)) continue;
    return { file, line: Number(match[2]), column: Number(match[3]) };
  }
  return undefined;
}

/** Node keeps the place of a syntax error in JavaScript to itself, until it is asked to check the file. */
function checked(file: string): Place | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  return headOf(stderr);
}

function excerpt({ file, line, column }: Place): string {
  const at = `  at ${shown(file)}:${line}${column === undefined ? '' : `:${column}`}`;
  const text = lineIn(file, line);
  if (text === undefined) return at;
  const margin = `  ${line} | `;
  // As it stands there, tabs included, so that the caret is below what it points to.
  const indent = text.slice(0, (column ?? 1) - 1).replace(/[^\t]/g, ' ');
  const caret = column === undefined ? '' : `\n${' '.repeat(margin.length - 2)}| ${indent}^`;
  return `${at}\n${margin}${text}${caret}`;
}

function lineIn(file: string, line: number): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').split('\n')[line - 1]?.trimEnd();
    return text === undefined || text.length > 200 ? undefined : text;
  } catch {
    return undefined;
  }
}

function asPath(place = ''): string {
  return place.startsWith('file:') ? fileURLToPath(place) : place;
}

const ownFolders = ['supervisor', 'src', 'platform', 'shared'].map((folder) =>
  fileURLToPath(new URL(`../../${folder}/`, import.meta.url)),
);

function isForeign(file: string): boolean {
  return (
    ownFolders.some((folder) => file.startsWith(folder)) || /[/\\]node_modules[/\\]/.test(file)
  );
}
