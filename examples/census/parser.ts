/** Parses files. One that cannot be parsed is set aside with the reason; the parser goes on. */
import { stage } from 'handover/child';
import { type Language, languageOf } from './language.ts';
import type { Outline, ParserEnds, SetAside, Source } from './messages.ts';
import { outlineOf } from './outline.ts';

const { sources, outlines } = await stage<ParserEnds>();

for await (const source of sources) {
  await outlines.send(source.type === 'source' ? parsed(source) : source);
}

function parsed({ path, text }: Source): Outline | SetAside {
  const language = languageOf(path) as Language;
  try {
    const outline = outlineOf(text, path, language);
    return { type: 'outline', path, language, lines: linesIn(text), ...outline };
  } catch (error) {
    return { type: 'set-aside', path, language, reason: reasonOf(error) };
  }
}

function linesIn(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Without its position, so that equal reasons can be counted together. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*\(\d+:\d+\)$|\s*in JSON at position.*$/s, '');
}
