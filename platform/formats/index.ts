import type { FormatName } from '../program-words.ts';
import { chunks, prefixed } from './bytes.ts';
import { lines, nul } from './delimited.ts';
import type { Format } from './format.ts';
import { jsonLines } from './json-lines.ts';

export const formats: Readonly<Record<FormatName, Format>> = {
  lines,
  jsonl: jsonLines,
  nul,
  chunks,
  prefixed,
};
