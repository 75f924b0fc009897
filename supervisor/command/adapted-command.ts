import { type FormatName, formatNames, type ProgramWords } from '../../platform/program-words.ts';
import { Receiver } from '../../src/ends/receiver.ts';
import { Sender } from '../../src/ends/sender.ts';
import { TopologyError } from '../../src/errors.ts';
import type { StageLimits } from '../limits/limits.ts';
import { withProcessorTime } from '../limits/processor-time.ts';
import type { Surroundings } from '../sandbox/surroundings.ts';
import type { Command } from './command.ts';
import { compiledIn } from './compiled.ts';
import { ownModule } from './own-module.ts';
import { type ProgramCommand, programOf } from './program-command.ts';

/** How a program that knows nothing of channels reads its stdin, and writes its stdout. */
export type ProgramFormat =
  | FormatName
  | { readonly reads: FormatName; readonly writes: FormatName };

/**
 * A stage's process runs any program: what comes in through its end `input` goes to the program's stdin, and what it
 * writes to its stdout goes out through `output`.
 */
export interface AdaptedCommand extends Omit<ProgramCommand, 'format' | 'answers'> {
  /** In which form, both ways, or each way. */
  readonly format: ProgramFormat;
  /**
   * `each`: the program writes one value for each that it reads, and a sender is released when the answer to its value was
   * taken. Default: a sender is released when the system has the value's bytes for the program.
   */
  readonly answers?: 'each';
}

/** @throws TopologyError when there is no such program or format */
export function adaptedOf(
  stage: string,
  { format, answers, ...command }: AdaptedCommand,
  surroundings: Surroundings,
  { cpuTime }: StageLimits,
): Command {
  const { file, args, env, folder, user } = programOf(stage, command, surroundings);
  if (answers !== undefined && answers !== 'each') {
    throw new TopologyError(
      `stage "${stage}": answers is 'each' or left out, not ${String(answers)}`,
    );
  }
  const { reads, writes } = bothWays(format);
  for (const name of [reads, writes]) {
    if (formatNames.includes(name)) continue;
    throw new TopologyError(
      `stage "${stage}": there is no format ${String(name)}; there are ${formatNames.join(', ')}`,
    );
  }
  const words: ProgramWords = {
    // It alone has that limit, and not who starts it.
    ...withProcessorTime({ file, args }, cpuTime),
    reads,
    writes,
    answers: answers ?? 'as it likes',
  };
  return {
    file: process.execPath,
    args: [adapter, JSON.stringify(words)],
    env: { ...compiledIn(env), ...env },
    folder,
    user,
    starters: 1,
    greeting: 'the program that it runs is started by a module of handover, which has failed',
  };
}

/** What the program reads, and what it writes. */
export function bothWays(format: ProgramFormat): Exclude<ProgramFormat, string> {
  return typeof format === 'string' ? { reads: format, writes: format } : format;
}

/** @throws TopologyError when such a program has no use for them */
export function checkAdaptedEnds(stage: string, ends: Readonly<Record<string, unknown>>): void {
  for (const [name, end] of Object.entries(ends)) {
    if (name !== 'input' && name !== 'output') {
      throw new TopologyError(
        `stage "${stage}": a program with a format has the ends input and output, and none that is called ${name}`,
      );
    }
    const isRight = name === 'input' ? end instanceof Receiver : end instanceof Sender;
    if (!isRight) {
      throw new TopologyError(
        `stage "${stage}": ${name === 'input' ? 'input is a receiver: the program reads what comes' : 'output is a sender: what the program writes goes there'}`,
      );
    }
  }
}

/** The module that runs such a program. */
export const adapter = ownModule('program');
