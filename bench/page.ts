/** The figures of a run as they stand in a document: `--page docs/performance.md` renews them there. */
import { readFile, writeFile } from 'node:fs/promises';
import { bareName, type Case, groups, ofLanguages, pairName } from './catalogue.ts';
import { languages } from './languages/languages.ts';
import type { BenchRecord, Run } from './record.ts';
import { figureCells, verdictRows } from './results.ts';

/** Where in a document figures stand: between two marks. */
interface Place {
  readonly begin: string;
  readonly end: string;
  readonly isFor: (one: Case) => boolean;
  readonly tables: (cases: readonly Case[], run: Run) => readonly string[];
}

const places: readonly Place[] = [
  {
    begin: '<!-- figures -->',
    end: '<!-- end of the figures -->',
    isFor: ({ group }) => group !== ofLanguages,
    tables: groupTables,
  },
  {
    begin: '<!-- pairs of languages -->',
    end: '<!-- end of the pairs -->',
    isFor: ({ group }) => group === ofLanguages,
    tables: pairTables,
  },
];

/**
 * Those that the run is about.
 * @throws Error when the file does not say where they stand, before anything is written
 */
export async function renew(
  file: string,
  cases: readonly Case[],
  { runs }: BenchRecord,
): Promise<void> {
  let page = await readFile(file, 'utf8');
  for (const place of places) {
    const members = cases.filter(place.isFor);
    if (members.length === 0) continue;
    const { begin, end } = place;
    const [before, rest = ''] = page.split(begin);
    const [, after] = rest.split(end);
    if (after === undefined) throw new Error(`${file} has no "${begin}" and "${end}"`);
    const tables = runs.map((run) => tablesOf(place, members, run)).join('\n\n');
    page = `${before}${begin}\n\n${tables}\n\n${end}${after}`;
  }
  await writeFile(file, page);
}

function tablesOf({ tables }: Place, cases: readonly Case[], run: Run): string {
  const title = run.placement === 'pinned' ? 'Pinned to one core' : 'On all cores';
  const judged = run.verdicts.filter(({ target }) => cases.some(({ name }) => name === target.of));
  return [
    `### ${title}, ${run.rounds} rounds`,
    ...tables(cases, run),
    '#### What there was to reach',
    markdown(['verdict', 'figure', 'limit', 'in the rounds', 'of what'], verdictRows(judged)),
  ].join('\n\n');
}

/** A table for each group of cases. */
function groupTables(cases: readonly Case[], { cases: outcomes }: Run): readonly string[] {
  return groups.flatMap((group) => {
    const members = cases.filter((one) => one.group === group);
    if (members.length === 0) return [];
    const rows = members.map((one) => {
      const [median = '', spread = '', unit = ''] = figureCells(one, outcomes[one.name]);
      return [one.by === 'handover' ? `**${one.name}**` : one.name, one.what, median, spread, unit];
    });
    return [
      `#### ${group.title}`,
      markdown(['case', 'what one is', 'median', 'least – most', ''], rows),
    ];
  });
}

/** From each language to each, in µs. */
function pairTables(cases: readonly Case[], { cases: outcomes }: Run): readonly string[] {
  const median = (name: string): string => {
    const one = cases.find((each) => each.name === name);
    return (one && figureCells(one, outcomes[name])[0]) ?? '–';
  };
  const rows = languages.map((from) => [
    from.title,
    ...languages.map((to) => median(pairName(from, to))),
    median(bareName(from)),
  ]);
  const titles = ['µs, from', ...languages.map(({ title }) => `to ${title}`), 'bare ping-pong'];
  return [
    markdown(titles, rows),
    `Python’s multiprocessing.Pipe, there and back: ${median('multiprocessing-pipe')} µs.`,
  ];
}

function markdown(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}
