/**
 * What the kit and a process say to each other: a supervisor's part, one operation at a time. The ends and the
 * commands are those of docs/conformance-kit.md.
 */
import { inspect } from 'node:util';
import { Packr } from 'msgpackr/pack';
import { plainMsgpack } from '../../../src/value/plain-msgpack.ts';
import type { FromProcess, NamedEnd, PassedEnd, Settings } from '../../../src/wire/message.ts';
import { encoded, hexOf } from './bytes.ts';
import { NotApplicable, Unmet } from './outcome.ts';
import type { Said, Trial } from './trial.ts';
import { meaningOf } from './values.ts';

const packr = new Packr(plainMsgpack);

/** Their numbers take one, two, three and five bytes. */
export const ends = { control: 1, report: 200, input: 300, output: 70_000 } as const;
export type EndName = keyof typeof ends;

export const namedEnds: readonly NamedEnd[] = [
  { name: 'control', end: ends.control, side: 'receive', channel: 'commands' },
  { name: 'report', end: ends.report, side: 'send', channel: 'reports' },
  { name: 'input', end: ends.input, side: 'receive', channel: 'inputs' },
  { name: 'output', end: ends.output, side: 'send', channel: 'outputs' },
];

export function settingsOf(trial: Trial): Settings {
  const { maxValueBytes } = trial.manner;
  const window = { operations: 64, bytes: 1_048_576 };
  return { stage: 'subject', replica: 0, maxValueBytes, window };
}

export function welcomeOf(trial: Trial, changes: Partial<Settings> = {}) {
  return {
    type: 'welcome',
    version: { major: 1, minor: 0 },
    settings: { ...settingsOf(trial), ...changes },
    ends: namedEnds,
  } as const;
}

/** Both sides greet. */
export async function greet(trial: Trial, changes: Partial<Settings> = {}): Promise<Said<'hello'>> {
  const hello = await trial.hello();
  trial.say(welcomeOf(trial, changes));
  return hello;
}

/** The same, with a process that has to name a feature. */
export async function greetFor(trial: Trial, feature: string): Promise<void> {
  const { features } = await greet(trial);
  needs(features, feature);
}

export function needs(features: readonly string[], feature: string): void {
  if (features.includes(feature)) return;
  throw new NotApplicable(`its hello does not name the feature "${feature}"`);
}

export interface Command {
  readonly do: string;
  readonly [argument: string]: unknown;
}

/** Has the subject do something: the command is delivered, and taken. */
export async function tell(trial: Trial, command: Command): Promise<void> {
  await give(trial, 'control', encoded(command));
}

/**
 * What the subject reports.
 * @throws NotApplicable when it cannot do the command
 */
export async function report(trial: Trial): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await take(trial, 'report');
  const said = readable(bytes);
  if (said === 'cannot') throw new NotApplicable('its subject cannot do this');
  if (typeof said === 'object' && said !== null) return said as Record<string, unknown>;
  throw new Unmet('a report: a map, or the text "cannot"', `it reports ${inspect(said)}`);
}

/** @throws Unmet when the report has other entries than these */
export async function reports(
  trial: Trial,
  expected: Readonly<Record<string, unknown>>,
): Promise<void> {
  const came = await report(trial);
  for (const [key, value] of Object.entries(expected)) {
    if (came[key] === value) continue;
    const words = `${key}: ${inspect(value)}`;
    throw new Unmet(`a report with ${words}`, `it reports ${inspect(came)}`);
  }
}

/** A command, and what becomes of it. */
export async function does(
  trial: Trial,
  command: Command,
  expected: Readonly<Record<string, unknown>> = { outcome: 'done' },
): Promise<void> {
  await tell(trial, command);
  await reports(trial, expected);
}

/** Waits until the process would receive, gives it a value, and waits until it was taken. */
export async function give(
  trial: Trial,
  end: EndName,
  value: Uint8Array,
  attempt = 1,
): Promise<void> {
  const { op } = await receives(trial, end);
  deliver(trial, op, value, { attempt });
  await answers(trial, op, 'taken');
}

export function deliver(
  trial: Trial,
  op: number,
  value: Uint8Array,
  {
    guard = 0,
    attempt = 1,
    ends: carried,
  }: { guard?: number; attempt?: number; ends?: readonly PassedEnd[] } = {},
): void {
  trial.say({ type: 'deliver', op, guard, attempt, value, ends: carried });
}

/** Waits until the process would send, and takes its value. */
export async function take(trial: Trial, end: EndName): Promise<Uint8Array> {
  const { op, guards } = await sends(trial, end);
  trial.say({ type: 'completed', op, guard: 0 });
  return guards[0]?.value ?? new Uint8Array();
}

/** The same; and it has to be the value that it was given before. */
export async function takesBack(trial: Trial, given: Uint8Array): Promise<void> {
  const came = await take(trial, 'output');
  if (meaningOf(came) === meaningOf(given)) return;
  throw new Unmet(`the value that it received, ${hexOf(given)}`, `it sent ${hexOf(came)}`, '5.1');
}

/** An offer with one guard, which receives. */
export function receives(trial: Trial, end: EndName): Promise<Said<'offer'>> {
  return trial.next(`an offer that receives on "${end}"`, isPlain(ends[end], 'receive'));
}

/** An offer with one guard, which sends. */
export function sends(trial: Trial, end: EndName | number): Promise<Said<'offer'>> {
  const number = typeof end === 'number' ? end : ends[end];
  return trial.next(`an offer that sends on "${end}"`, isPlain(number, 'send'));
}

export function isPlain(end: number, side: 'send' | 'receive') {
  return (message: FromProcess): message is Said<'offer'> => {
    if (message.type !== 'offer' || message.guards.length !== 1) return false;
    const [guard] = message.guards;
    return guard?.end === end && (guard.value === undefined) === (side === 'receive');
  };
}

export type Answer = 'taken' | 'returned' | 'refused' | 'abandoned';

const answerTypes: readonly string[] = ['taken', 'returned', 'refused', 'abandoned'];

/** @throws Unmet when the answer to a deliver is not one of these */
export async function answers(
  trial: Trial,
  op: number,
  ...expected: readonly Answer[]
): Promise<Answer> {
  const what = `${expected.map((word) => `"${word}"`).join(' or ')} for operation ${op}`;
  const answer = await trial.next(what, isAnswer(op));
  if (expected.includes(answer.type)) return answer.type;
  throw new Unmet(what, `it said "${answer.type}"`);
}

export function isAnswer(op: number) {
  return (message: FromProcess): message is Said<Answer> =>
    answerTypes.includes(message.type) && 'op' in message && message.op === op;
}

export function isWithdrawalOf(op: number) {
  return (message: FromProcess): message is Said<'withdraw'> =>
    message.type === 'withdraw' && message.op === op;
}

export function isCloseOf(end: number) {
  return (message: FromProcess): message is Said<'close'> =>
    message.type === 'close' && message.end === end;
}

function readable(bytes: Uint8Array): unknown {
  try {
    return packr.unpack(bytes);
  } catch (error) {
    throw new Unmet('a value of section 5', error instanceof Error ? error.message : '', '5.1');
  }
}

/**
 * The offer that a command leads to.
 * @throws NotApplicable when the subject reports instead that it cannot do it
 */
export async function begun(
  trial: Trial,
  end: EndName,
  side: 'send' | 'receive',
): Promise<Said<'offer'>> {
  const offer = await trial.next(
    `an offer that would ${side} on "${end}"`,
    (message): message is Said<'offer'> => isOfferOn(message, ends[end], ends.report),
  );
  await wasNoReport(trial, offer);
  return offer;
}

/** @throws NotApplicable when it was the report that it cannot */
export async function wasNoReport(trial: Trial, { op, guards }: Said<'offer'>): Promise<void> {
  if (guards[0]?.end !== ends.report) return;
  trial.say({ type: 'completed', op, guard: 0 });
  const said = Buffer.from(guards[0].value ?? []).toString('latin1');
  if (said.endsWith('cannot')) throw new NotApplicable('its subject cannot do this');
  throw new Unmet('an offer', `it reports already: ${said}`);
}

export function isOffer(message: FromProcess): message is Said<'offer'> {
  return message.type === 'offer';
}

export function isOfferOn(message: FromProcess, ...numbers: readonly number[]): boolean {
  return (
    isOffer(message) && message.guards.length === 1 && numbers.includes(message.guards[0]?.end ?? 0)
  );
}
