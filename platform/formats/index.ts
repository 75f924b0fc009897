import type { FormatName } from '../program-words.ts';
import { chunks, prefixed } from './bytes.ts';
import { csv } from './csv.ts';
import { lines, nul } from './delimited.ts';
import type { Format } from './format.ts';
import { jsonLines } from './json-lines.ts';
import { msgpack } from './msgpack.ts';
import { text } from './text.ts';

export const formats: Readonly<Record<FormatName, Format>> = {
  text,
  lines,
  jsonl: jsonLines,
  csv,
  nul,
  chunks,
  prefixed,
  msgpack,
};
