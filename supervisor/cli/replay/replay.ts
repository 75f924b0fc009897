import { inspect } from 'node:util';
import type { JsonSchema } from '../../../src/contracts/schema.ts';
import type { Receiver } from '../../../src/ends/receiver.ts';
import type { Sender } from '../../../src/ends/sender.ts';
import { OperationError, TopologyError } from '../../../src/errors.ts';
import { clean } from '../../log/clean.ts';
import { valueIn } from '../../reports/content.ts';
import type { CrashReport, ReportedContent, ReportedValue } from '../../reports/report.ts';
import { Supervisor } from '../../supervisor.ts';
import { exitCodes } from '../exit-codes.ts';
import { Interruption } from '../interruption.ts';
import { type LogFormat, logAs, sayAs } from '../log.ts';
import { shown } from '../place.ts';
import { Problem } from '../problem.ts';
import { readReport, reportAt } from './report-file.ts';
import {
  differencesOf,
  optionsFor,
  type ReplayedOptions,
  type ReplayMode,
} from './stage-options.ts';
import { judge, survived, type Verdict } from './verdict.ts';

/** How long, in milliseconds, the stage has after a signal. */
const lastMoments = 1_000;

export interface ReplayManner {
  readonly mode: ReplayMode;
  /** How often it may survive before it is believed. */
  readonly attempts: number;
  readonly log: LogFormat;
}

/**
 * Runs the stage of a crash report alone, with the values that it had.
 *
 * @param path of the report, or of a folder of them: then the newest with a value in hand
 * @returns the exit code: 0 when it survived, 1 when it failed again, or that of the signal which ended it
 * @throws Problem when the report is none, or cannot be replayed
 */
export async function replay(path: string, manner: ReplayManner): Promise<number> {
  const file = reportAt(path);
  const report = readReport(file);
  const values = valuesToGive(report, file);
  const say = (what: string) => process.stdout.write(`${what.split('\n').map(clean).join('\n')}\n`);
  say(`then: ${report.summary}`);
  for (const difference of differencesOf(report)) say(`but ${difference}`);
  for (const value of values) say(`gives ${given(value)}`);
  if (values.length === 0)
    say('gives nothing: the report has no value; what it receives from ends');
  let verdict: Verdict = survived;
  for (let attempt = 1; attempt <= manner.attempts && verdict === survived; attempt++) {
    const result = await runOnce(report, values, manner);
    if (typeof result === 'number') return result;
    verdict = result;
    const which = manner.attempts === 1 ? 'now' : `now, ${attempt} of ${manner.attempts}`;
    say(`${which}: ${verdict.words}`);
  }
  return verdict.exitCode;
}

/** What it had in hand; when it had nothing in hand, what it took last. */
function valuesToGive(
  { inHand, takenLast, ends }: CrashReport,
  file: string,
): readonly ReportedValue[] {
  const values = inHand.length > 0 ? inHand : takenLast;
  for (const { channel, content, end } of values) {
    if ('omitted' in content) {
      throw new Problem(
        exitCodes.mistaken,
        `the report does not have the value from "${channel}": ${content.omitted}. Without it there is nothing to replay`,
      );
    }
    checkIsValue(file, channel, content);
    if (!ends.some(({ name, side }) => name === end && side === 'receive')) {
      throw new Problem(
        exitCodes.mistaken,
        `the value from "${channel}" came over an end that the stage was not given at its start: it cannot be given again`,
      );
    }
  }
  return values;
}

function checkIsValue(
  file: string,
  channel: string,
  content: Extract<ReportedContent, { msgpack: string }>,
): void {
  try {
    valueIn(content);
  } catch (error) {
    throw new Problem(
      exitCodes.mistaken,
      `${shown(file)} is no crash report: the value from "${channel}" cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function runOnce(
  report: CrashReport,
  values: readonly ReportedValue[],
  { mode, log }: ReplayManner,
): Promise<Verdict | number> {
  const options = optionsFor(report, mode);
  await using supervisor = new Supervisor({
    name: 'replay',
    log: logAs(log),
    onDeadlock: 'fail',
  });
  using interruption = new Interruption(supervisor, lastMoments, sayAs(log));
  if (mode === 'inspect') tellWhereToAttach(supervisor);
  const work = begun(supervisor, report, options, values);
  const end = supervisor.finished().then(
    () => undefined,
    (error: unknown) => error,
  );
  const first = await Promise.race([end, interruption.isOver]);
  if (interruption.hasBegun) return interruption.isOver;
  await Promise.all(work);
  return judge(report, first);
}

/**
 * Starts the stage.
 *
 * @returns when it was given its values, and what it sends was shown
 * @throws Problem when there can be no such stage
 */
function begun(
  supervisor: Supervisor,
  report: CrashReport,
  options: ReplayedOptions,
  values: readonly ReportedValue[],
): readonly Promise<void>[] {
  try {
    return begin(supervisor, report, options, values);
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    throw new Problem(exitCodes.mistaken, `the report cannot be replayed: ${error.message}`);
  }
}

function begin(
  supervisor: Supervisor,
  report: CrashReport,
  options: ReplayedOptions,
  values: readonly ReportedValue[],
): readonly Promise<void>[] {
  const ends = new Map<string, Sender<never> | Receiver<unknown>>();
  const work: Promise<void>[] = [];
  for (const [index, { name, side, channel, contract }] of report.ends.entries()) {
    if (ends.has(name)) throw new TopologyError(`its stage has two ends "${name}"`);
    const isNamed = report.ends.findIndex((end) => end.channel === channel) === index;
    const called = isNamed ? channel : `${channel} (${name})`;
    const { sender, receiver } = supervisor.channel<unknown>(called, {
      maxAttempts: 1,
      ...(contract !== undefined && { contract: schemaIn(contract) }),
    });
    if (side === 'send') {
      ends.set(name, sender as Sender<never>);
      work.push(drain(receiver));
    } else {
      ends.set(name, receiver);
      work.push(
        give(
          sender,
          values.filter(({ end }) => end === name),
        ),
      );
    }
  }
  supervisor.stage(report.stage, { ...options, ends: Object.fromEntries(ends) });
  return work;
}

/** Whoever is dead takes nothing more. */
async function give(sender: Sender<unknown>, values: readonly ReportedValue[]): Promise<void> {
  for (const { content } of values) {
    if ('omitted' in content) continue;
    await unlessOver(sender.send(valueIn(content)));
  }
  sender.close();
}

async function drain(receiver: Receiver<unknown>): Promise<void> {
  await unlessOver(
    (async () => {
      for await (const value of receiver) {
        process.stdout.write(`"${receiver.channel}" ← ${inWords(value)}\n`);
      }
    })(),
  );
}

async function unlessOver(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
  }
}

function given({ channel, attempt, content }: ReportedValue): string {
  const value = 'omitted' in content ? content.omitted : inWords(valueIn(content));
  return `"${channel}" → ${value}${attempt > 1 ? ` (then it was attempt ${attempt})` : ''}`;
}

function inWords(value: unknown): string {
  return inspect(value, { depth: 6, maxStringLength: 2_000, breakLength: 110 });
}

function tellWhereToAttach(supervisor: Supervisor): void {
  supervisor.events.listen((event) => {
    const url =
      event.type === 'printed' && /^Debugger listening on ws:\/\/([\d.]+:\d+)/.exec(event.line);
    if (!url) return;
    process.stdout.write(`waits for a debugger: node inspect ${url[1]}, or chrome://inspect\n`);
  });
}

/** @throws TopologyError when it is none */
function schemaIn(contract: string): JsonSchema {
  try {
    return JSON.parse(contract);
  } catch (cause) {
    throw new TopologyError('the report has a contract that is no JSON', { cause });
  }
}
