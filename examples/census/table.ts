import type { LanguageSummary, Summary } from './messages.ts';

/** The census for a human. */
export function table(folder: string, read: number, summary: Summary): string {
  const { languages, packages, longestFunction: longest, setAside, report } = summary;
  const written = total(languages, 'files');
  const parsed = written - setAside.length;
  return [
    `Census of ${folder}`,
    '',
    ...columns([
      ['language', 'files', 'lines', 'functions', 'imports', 'could not parse'],
      ...Object.entries(languages)
        .sort(([, a], [, b]) => b.lines - a.lines)
        .map(([name, sum]) => row(name, sum)),
      row('all', {
        files: written,
        lines: total(languages, 'lines'),
        functions: total(languages, 'functions'),
        imports: total(languages, 'imports'),
        setAside: setAside.length,
      }),
    ]),
    '',
    'Imported by most files',
    ...columns(top(packages, 8).map(([name, files]) => [`  ${name}`, count(files)])),
    '',
    longest === null
      ? 'No functions'
      : `Longest function: ${longest.name}, ${count(longest.lines)} lines (${longest.path}:${longest.line})`,
    '',
    `Set aside: ${count(setAside.length)}`,
    ...columns(
      top(tally(setAside.map(({ reason }) => reason)), 8).map(([reason, files]) => [
        `  ${reason}`,
        count(files),
      ]),
    ),
    '',
    `${count(read)} read = ${count(parsed)} parsed + ${count(setAside.length)} set aside = ${count(written)} written to ${report}`,
  ].join('\n');
}

function row(name: string, sum: LanguageSummary): readonly string[] {
  return [name, ...[sum.files, sum.lines, sum.functions, sum.imports, sum.setAside].map(count)];
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

function total(languages: Summary['languages'], key: keyof LanguageSummary): number {
  return Object.values(languages).reduce((sum, language) => sum + language[key], 0);
}

function top(counts: Readonly<Record<string, number>>, length: number): [string, number][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .slice(0, length);
}

function tally(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
