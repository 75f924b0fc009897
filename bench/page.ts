/** The figures of a run as they stand in a document: `--page docs/performance.md` renews them there. */
import { readFile, writeFile } from 'node:fs/promises';
import { type Case, groups } from './catalogue.ts';
import type { BenchRecord, Run } from './record.ts';
import { figureCells, verdictRows } from './results.ts';

const begin = '<!-- figures -->';
const end = '<!-- end of the figures -->';

/** @throws Error when the file does not say where they stand, before anything is written */
export async function renew(
  file: string,
  cases: readonly Case[],
  record: BenchRecord,
): Promise<void> {
  const [before, rest = ''] = (await readFile(file, 'utf8')).split(begin);
  const [, after] = rest.split(end);
  if (after === undefined) throw new Error(`${file} has no "${begin}" and "${end}"`);
  const tables = record.runs.map((run) => tablesOf(cases, run)).join('\n\n');
  await writeFile(file, `${before}${begin}\n\n${tables}\n\n${end}${after}`);
}

function tablesOf(
  cases: readonly Case[],
  { placement, rounds, cases: outcomes, verdicts }: Run,
): string {
  const tables = groups.flatMap((group) => {
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
  const judged = markdown(
    ['verdict', 'figure', 'limit', 'in the rounds', 'of what'],
    verdictRows(verdicts),
  );
  const title = placement === 'pinned' ? 'Pinned to one core' : 'On all cores';
  return [`### ${title}, ${rounds} rounds`, ...tables, '#### What there was to reach', judged].join(
    '\n\n',
  );
}

function markdown(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}
