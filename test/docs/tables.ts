import { textOf } from './programs.ts';

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a document, cell by cell. */
export function tablesIn(document: string): readonly Table[] {
  const tables: { head: readonly string[]; rows: (readonly string[])[] }[] = [];
  let isInside = false;
  for (const line of textOf(document).split('\n')) {
    if (!line.startsWith('|')) {
      isInside = false;
      continue;
    }
    const cells = line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    if (!isInside) tables.push({ head: cells, rows: [] });
    else if (!cells.every((cell) => /^-+$/.test(cell))) tables.at(-1)?.rows.push(cells);
    isInside = true;
  }
  return tables;
}

/** What stands in a cell as code; without any, its text. */
export function cellsOf(cell: string): readonly string[] {
  const codes = [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
  return codes.length > 0 ? codes : [cell];
}
