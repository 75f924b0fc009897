import type { LanguageSummary, Summary } from './messages.ts';

/** The census for a human. */
export function table(folder: string, read: number, summary: Summary): string {
  const { languages, packages, longestFunction: longest, setAside, written, report } = summary;
  // Two names are one reason: 'a' has already been declared, 'b' has already been declared.
  const reasons = tally(setAside.map(({ reason }) => reason.replace(/'\w+'/g, '…')));
  return [
    `Census of ${folder}`,
    '',
    ...columns([
      ['language', 'files', 'lines', 'functions', 'imports', 'set aside'],
      ...Object.entries(languages)
        .sort(([, a], [, b]) => b.lines - a.lines)
        .map(([name, sum]) => row(name, sum)),
      row('all', total(languages)),
    ]),
    '',
    'Imported by most files',
    ...columns(top(packages, 8)),
    '',
    longest === null
      ? 'No functions'
      : `Longest function: ${longest.name}, ${count(longest.lines)} lines (${longest.path}:${longest.line})`,
    '',
    `Set aside, because`,
    ...columns(top(reasons, setAside.length)),
    '',
    `${count(read)} read = ${count(total(languages).parsed)} parsed + ${count(setAside.length)} set aside = ${count(written)} written to ${report}`,
  ].join('\n');
}

/** @throws Error when a file was lost on the way, or counted twice */
export function checkSum(read: number, { languages, setAside, written }: Summary): void {
  const counted = total(languages).parsed + setAside.length;
  if (read !== counted || read !== written) throw new Error('the numbers do not add up');
}

function row(name: string, sum: LanguageSummary): readonly string[] {
  const files = sum.parsed + sum.setAside;
  return [name, ...[files, sum.lines, sum.functions, sum.imports, sum.setAside].map(count)];
}

/** The first to the left, figures to the right. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  '),
  );
}

function total(languages: Summary['languages']): LanguageSummary {
  const sums = Object.values(languages);
  const sum = (key: keyof LanguageSummary) => sums.reduce((all, one) => all + one[key], 0);
  return {
    parsed: sum('parsed'),
    setAside: sum('setAside'),
    lines: sum('lines'),
    functions: sum('functions'),
    imports: sum('imports'),
  };
}

/** The largest, as rows, largest first. */
function top(counts: Readonly<Record<string, number>>, length: number): readonly string[][] {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.slice(0, length).map(([name, number]) => [`  ${name}`, count(number)]);
}

function tally(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
