/** A line of stages, as it was typed: what each is, and what was asked for it. */
import type { FormatName } from '../../../platform/program-words.ts';
import type { ChannelOptions } from '../../../src/ends/terms.ts';
import { ownModule } from '../../command/own-module.ts';
import type { PipelineStage } from '../../pipeline/pipeline.ts';
import type { RestartWhen } from '../../restart/terms.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';
import { type TypedStage, typedStage } from './stage-text.ts';

/** What was asked for the stages of a line. */
export interface LineManner {
  /** How programs read and write that say nothing else; and stdin and stdout. */
  readonly format: FormatName;
  /** How many processes a stage has, by its place in the line, from 1 on. */
  readonly replicas: ReadonlyMap<number, number>;
  /** Whether what several processes of a stage send keeps the order of what they were given. */
  readonly ordered: boolean;
  readonly restart: RestartWhen;
  /** After which stages to look at what goes by; 0: at what comes from stdin. */
  readonly tap: ReadonlySet<number>;
}

export interface Line {
  readonly typed: readonly TypedStage[];
  /** In which form stdin is read, and stdout written. */
  readonly reads: FormatName;
  readonly writes: FormatName;
}

/** @throws Problem when a text is none, or the options name a stage that is not there */
export function lineOf(texts: readonly string[], manner: LineManner): Line {
  const typed = named(texts.map((text, index) => typedStage(text, index + 1, manner.format)));
  for (const place of manner.replicas.keys()) checkPlace('--replicas', place, 1, typed);
  for (const place of manner.tap) checkPlace('--tap', place, 0, typed);
  return {
    typed,
    // The bytes of a program at either end go through as they are.
    reads: typed[0]?.format?.reads ?? manner.format,
    writes: typed.at(-1)?.format?.writes ?? manner.format,
  };
}

/** The same as stages of a pipeline. @param joint what holds for each of its channels */
export function stagesOf(
  { typed }: Line,
  { replicas, ordered, restart, tap }: LineManner,
  joint: () => ChannelOptions<never>,
): Readonly<Record<string, PipelineStage>> {
  const stages: [name: string, stage: PipelineStage][] = [];
  const add = (name: string, stage: PipelineStage) =>
    stages.push([name, stages.length === 0 ? stage : { ...stage, channel: joint() }]);
  if (tap.has(0)) add(...tapAfter(0));
  for (const [index, { name, options, format }] of typed.entries()) {
    const place = index + 1;
    // A program that is started again would begin from the beginning, or with what is left: neither is what was typed.
    const when = format === undefined ? restart : 'never';
    add(name, { ...options, replicas: replicas.get(place) ?? 1, ordered, restart: when });
    if (tap.has(place)) add(...tapAfter(place));
  }
  return Object.fromEntries(stages);
}

/** What each stage is taken for, for people. */
export function listed({ typed }: Line, texts: readonly string[]): string {
  const rows = typed.map(({ name, kind }, index) => [
    `${index + 1}`,
    name,
    kind,
    texts[index] ?? '',
  ]);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
    .join('');
}

function tapAfter(place: number): [name: string, stage: PipelineStage] {
  return [`tap ${place}`, { module: ownModule('tap') }];
}

/** Each has a name of its own. */
function named(typed: readonly TypedStage[]): readonly TypedStage[] {
  return typed.map((stage, index) => {
    const before = typed.slice(0, index).filter(({ name }) => name === stage.name).length;
    return before === 0 ? stage : { ...stage, name: `${stage.name} (${index + 1})` };
  });
}

function checkPlace(
  option: string,
  place: number,
  first: number,
  typed: readonly TypedStage[],
): void {
  if (place >= first && place <= typed.length) return;
  throw new Problem(
    exitCodes.mistaken,
    `${option} names stage ${place}, and the stages are ${typed.map(({ name }, index) => `${index + 1} ${name}`).join(', ')}`,
  );
}
