/** The table of `table.pml`, read from the file: what the models check, in the words of `transitions.ts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type State, transitions } from '../../../src/arbiter/transitions.ts';

/** `state happening → state after`. */
export type Entry = string;

const text = readFileSync(join(import.meta.dirname, 'table.pml'), 'utf8');
const names = new Map(
  [...text.matchAll(/^#define (\w+) (\d+)$/gm)].map(([, name = '', number = '']) => [name, number]),
);
const rules = [...text.matchAll(/^ {2}rule\((\w+), (\w+), (\w+)\);$/gm)];

/** The entries of the model, each with the two numbers by which a run tells that it has come to it. */
export const modelled: ReadonlyMap<Entry, string> = new Map(
  rules.map(([, from = '', happening = '', after = '']) => [
    entry(from, happening.replaceAll('_', '-'), after),
    `${names.get(from)} ${names.get(happening)}`,
  ]),
);

/** The legal entries of the arbiter. */
export function legal(): readonly Entry[] {
  const states = Object.keys(transitions) as State[];
  return states.flatMap((state) =>
    Object.entries(transitions[state]).flatMap(([happening, verdict]) => {
      if (verdict === 'illegal') return [];
      return entry(state, happening, verdict === 'ignored' ? state : verdict);
    }),
  );
}

function entry(from: string, happening: string, after: string): Entry {
  return `${from} ${happening} → ${after}`;
}
