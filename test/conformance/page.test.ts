/** docs/conformance.md says what is so: its titles are the tests that there are. */
import { describe, expect, test } from 'vitest';
import { textOf } from '../docs/programs.ts';
import { cellsOf, tablesIn } from '../docs/tables.ts';
import type { Case } from './case.ts';
import { cases as capacity } from './cases/capacity.ts';
import { cases as ends } from './cases/ends.ts';
import { cases as forms } from './cases/forms.ts';
import { cases as meetings } from './cases/meetings.ts';
import { cases as otherwise } from './cases/otherwise.ts';
import { cases as programs } from './cases/programs.ts';
import { cases as rendezvous } from './cases/rendezvous.ts';
import { cases as select } from './cases/select.ts';
import { cases as time } from './cases/time.ts';
import { cases as values } from './cases/values.ts';

const cases: readonly Case[] = [
  ...capacity,
  ...ends,
  ...forms,
  ...meetings,
  ...otherwise,
  ...programs,
  ...rendezvous,
  ...select,
  ...time,
  ...values,
];

const page = 'docs/conformance.md';
const theirs = listedIn(textOf(page));

describe(page, () => {
  test('every title is a test that there is, and every test has a case', () => {
    const listed = theirs.flatMap(({ titles }) => titles);
    const titles = cases.map(({ title }) => shortened(title));
    expect([...new Set(listed)].toSorted()).toEqual([...new Set(titles)].toSorted());
  });

  test('every title stands for one case', () => {
    const titles = cases.map(({ title }) => title);
    expect(titles).toEqual([...new Set(titles)]);
  });

  test('every title begins with a guarantee', () => {
    for (const { title } of cases) expect(title).toMatch(/^R\d+ /);
  });

  test('every case of theirs has a test or a reason', () => {
    expect(theirs.length).toBeGreaterThan(100);
    const without = theirs.filter(({ titles, notes }) =>
      titles.length === 0 ? !notes[0]?.startsWith('none: ') : notes[0]?.startsWith('none: '),
    );
    expect(without).toEqual([]);
  });

  test('it says what is shown in one process only, and why', () => {
    const said = rowsBelow('in one process only').map(([title = '', why]) => [
      cellsOf(title)[0],
      why,
    ]);
    const kept = cases.flatMap(({ title, notAcrossProcesses: why }) =>
      why === undefined ? [] : [[shortened(title), why]],
    );
    expect(said.toSorted()).toEqual(kept.toSorted());
  });

  test('it says what is not shown over channels of both kinds, and why', () => {
    const said = rowsBelow('not over both kinds').map(([title = '', why]) => [
      cellsOf(title)[0],
      why,
    ]);
    const kept = cases.flatMap(({ title, notOverBothKinds: why }) =>
      why === undefined ? [] : [[shortened(title), why]],
    );
    expect(said.toSorted()).toEqual(kept.toSorted());
  });
});

/** The rows of the table that begins with this head. */
function rowsBelow(head: string): readonly (readonly string[])[] {
  return tablesIn(page).find((table) => table.head[0] === head)?.rows ?? [];
}

/** A title that there is for several capacities stands once. */
function shortened(title: string): string {
  return title.replace(/capacity \d+:/, 'capacity N:');
}

interface Listed {
  readonly names: string;
  readonly titles: string[];
  readonly notes: string[];
}

/** The cases of others, each with the titles and the notes below it. */
function listedIn(text: string): readonly Listed[] {
  const listed: Listed[] = [];
  for (const line of text.slice(text.indexOf('\n## Go\n')).split('\n')) {
    const [, title] = /^ {2}- `(R\d+ .*)`$/.exec(line) ?? [];
    if (title !== undefined) listed.at(-1)?.titles.push(title);
    else if (line.startsWith('  - ')) listed.at(-1)?.notes.push(line.slice(4));
    else if (line.startsWith('- ')) listed.push({ names: line.slice(2), titles: [], notes: [] });
  }
  return listed;
}
