/** What the command line asks of `npm run bench`. */
import { parseArgs } from 'node:util';
import { type Case, catalogue, groups } from './catalogue.ts';

export interface Options {
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly isUnpinnedToo: boolean;
  readonly countsWork: boolean;
  /** Files. */
  readonly json: string | undefined;
  readonly save: string | undefined;
  readonly against: string | undefined;
  readonly svg: string | undefined;
  readonly page: string | undefined;
}

/** Ends the process when it is asked for help, or for what there is not. */
export function understand(): Options {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '5' },
        unpinned: { type: 'boolean', default: false },
        work: { type: 'boolean', default: false },
        json: { type: 'string' },
        save: { type: 'string' },
        against: { type: 'string' },
        svg: { type: 'string' },
        page: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const { json, save, against, svg, page } = values;
    return {
      cases: casesOf(positionals),
      rounds: roundsOf(values.rounds),
      isUnpinnedToo: values.unpinned,
      countsWork: values.work,
      ...{ json, save, against, svg, page },
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

const usage = `npm run bench -- crashes [--json FILE]
npm run bench -- profile [NAME]
npm run bench -- [NAME...] [--rounds N] [--unpinned] [--work] [--json FILE] [--svg FILE] [--page FILE] [--save FILE | --against FILE]

  --rounds N      how often each case is measured (default 5)
  --unpinned      measure also without pinning to one core
  --work          count what a lap costs the processors: instructions, or their time (takes several times as long)
  --json FILE     write all figures there
  --svg FILE      draw the figures there
  --page FILE     renew the tables of a document
  --save FILE     keep this run there, to compare later ones with
  --against FILE  compare with a run that was kept

A name is that of a case or of a group of cases:
${groups.map((group) => `  ${group.name}: ${namesIn(group).join(', ')}`).join('\n')}`;

function namesIn(group: (typeof groups)[number]): string[] {
  return catalogue.filter((one) => one.group === group).map(({ name }) => name);
}

/** @throws Error when there is no such case or group */
function casesOf(names: readonly string[]): readonly Case[] {
  const known = new Set([...catalogue, ...groups].map(({ name }) => name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`there is no case "${unknown}", and no such group`);
  if (names.length === 0) return catalogue;
  return catalogue.filter(({ name, group }) => names.includes(name) || names.includes(group.name));
}

/** @throws Error when it is not a number of rounds */
function roundsOf(text: string): number {
  const rounds = Number(text);
  if (Number.isSafeInteger(rounds) && rounds >= 1) return rounds;
  throw new Error(`--rounds must be a whole number of 1 or more, not ${text}`);
}
