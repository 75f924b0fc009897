/** Walks a folder, without what is hidden, and hands over each source file that it finds. */
import { type Dirent, promises as files } from 'node:fs';
import { join, relative } from 'node:path';
import { stage } from 'handover/child';
import { type Language, languageOf } from './language.ts';
import type { ReaderEnds, SetAside, Source } from './messages.ts';

/** Larger files are generated, and parsing them would tell little in much time. */
const largest = 512 * 1024;

const [, , folder = '.'] = process.argv;
const { sources } = await stage<ReaderEnds>();

for await (const path of walk(folder)) {
  const language = languageOf(path);
  // The send completes when a parser has taken the file: there is never more than one in memory here.
  if (language !== undefined) await sources.send(await read(path, language));
}

async function* walk(directory: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(directory)) {
    const path = join(directory, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  try {
    const entries = await files.readdir(directory, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    // What a stage prints comes out as a line of the log, with its name.
    console.error(`left out a folder: ${error}`);
    return [];
  }
}

async function read(file: string, language: Language): Promise<Source | SetAside> {
  const path = relative(folder, file);
  try {
    const { size } = await files.stat(file);
    if (size > largest) {
      return { type: 'set-aside', path, language, reason: `larger than ${largest / 1024} KiB` };
    }
    return { type: 'source', path, text: await files.readFile(file, 'utf8') };
  } catch (error) {
    return { type: 'set-aside', path, language, reason: `cannot be read: ${error}` };
  }
}
