/**
 * The programs in the documents. Everything between two headings is one program: its files, the commands
 * that run it, and what these print.
 *
 * - A code block is a file when its first line is a comment with the name, `// main.ts`, or when its fence
 *   says so: `csv file=orders.csv`.
 * - An `sh` block is run, line by line, when it calls `node` or `npx handover`.
 * - A `text` block straight after it is what it prints, on stdout and stderr together.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Program {
  /** The document and the heading. */
  readonly title: string;
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly command: string;
  /** Undefined: whatever it prints, it has to end with exit code 0. */
  readonly output: string | undefined;
}

/** One fenced block. */
export interface Block {
  readonly line: number;
  readonly heading: string;
  /** What the fence says. */
  readonly info: string;
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

export const repository = fileURLToPath(new URL('../../', import.meta.url));

export function textOf(document: string): string {
  return readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8');
}

export function programsIn(document: string): readonly Program[] {
  const sections = new Map<string, Block[]>();
  for (const block of blocksIn(document)) {
    const key = block.heading;
    sections.set(key, [...(sections.get(key) ?? []), block]);
  }
  return [...sections]
    .map(([heading, blocks]) => programOf(`${document} › ${heading}`, blocks))
    .filter(({ steps }) => steps.length > 0);
}

export function blocksIn(document: string): readonly Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: { readonly fence: string; readonly info: string; readonly line: number } | undefined;
  let text: string[] = [];
  for (const [index, line] of textOf(document).split('\n').entries()) {
    if (open !== undefined) {
      if (line.trim() !== open.fence) {
        text.push(line);
        continue;
      }
      blocks.push(blockOf(open.info, open.line, heading, text));
      open = undefined;
      continue;
    }
    const fence = /^(`{3,})(.*)$/.exec(line);
    if (fence !== null) {
      open = { fence: fence[1] ?? '', info: (fence[2] ?? '').trim(), line: index + 1 };
      text = [];
    } else if (/^#{1,4} /.test(line)) {
      heading = line.replace(/^#+ /, '');
    }
  }
  if (open !== undefined) throw new Error(`${document}:${open.line}: this block is not closed`);
  return blocks;
}

function blockOf(info: string, line: number, heading: string, lines: readonly string[]): Block {
  const [language = ''] = info.split(' ');
  const named = /\bfile=(\S+)/.exec(info) ?? /^\/\/ (\S+\.\w+)(?: .*)?$/.exec(lines[0] ?? '');
  return { line, heading, info, language, file: named?.[1], text: lines.join('\n') };
}

function programOf(title: string, blocks: readonly Block[]): Program {
  const files = new Map<string, string>();
  const steps: Step[] = [];
  for (const [index, { language, file, text }] of blocks.entries()) {
    if (file !== undefined) files.set(file, `${text}\n`);
    if (language !== 'sh') continue;
    const next = blocks[index + 1];
    const output = next?.language === 'text' ? next.text : undefined;
    const commands = text.split('\n').filter((line) => /^(node|npx handover) /.test(line));
    for (const [at, command] of commands.entries()) {
      steps.push({ command, output: at === commands.length - 1 ? output : undefined });
    }
  }
  return { title, files, steps };
}
