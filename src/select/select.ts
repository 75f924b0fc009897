/**
 * Choice: waits on many guards at once, and commits to exactly one (R6).
 *
 * The channels decide first. A time that has come, or a signal, only asks the channels' offer back, and has
 * its way when the offer comes back with no effect: so there is never a value that was sent and is
 * reported as not.
 */
import { type Pick, randomly } from '../chance.ts';
import type { Cancel, Clock } from '../clock.ts';
import { Handle, type Held } from '../ends/handle.ts';
import { checkKnown, type NamesOf } from '../ends/known-options.ts';
import { AbortedError, type FailedOperation, TopologyError } from '../errors.ts';
import type { EndGuard, Outcome, RecallSelection, SelectionPlan } from '../party/selection.ts';
import type { Settlers } from '../party/waiting-code.ts';
import { impatience, watchSignal } from '../party/watch.ts';
import type { Guards, NeverGuard, ReceiveGuard, SendGuard } from './guards.ts';
import { inPlan, type Run, selectMixed } from './mixed.ts';
import { type Entry, orderOf } from './order.ts';
import { earliest, type Time, timeOf } from './times.ts';

export interface SelectOptions {
  /** The first of the ready guards in the order in which they are written, instead of any of them. */
  readonly priority?: boolean;
  readonly signal?: AbortSignal;
  /** What is ready if no guard is, at once. */
  readonly otherwise?: boolean;
}

const optionNames: NamesOf<SelectOptions> = { priority: 0, signal: 0, otherwise: 0 };

/** Which guard it was; of a guard that receives, also the value, or that the channel has ended. */
export type Chosen<G extends Guards> = {
  [K in keyof G & string]: ChosenBy<K, NonNullable<G[K]>>;
}[keyof G & string];

type ChosenBy<K extends string, G> = G extends NeverGuard
  ? never
  : G extends ReceiveGuard<infer T>
    ?
        | { readonly guard: K; readonly done: false; readonly value: T }
        | { readonly guard: K; readonly done: true; readonly value?: undefined }
    : { readonly guard: K };

interface AnyChosen {
  readonly guard: string;
  readonly done?: boolean;
  readonly value?: unknown;
}

type ChannelGuard = ReceiveGuard<unknown> | SendGuard;

/** No promise stands between the channels and the code: a receiver's goes on before its sender's (R1). */
export function selectOn(
  clock: Clock,
  guards: Guards,
  options: SelectOptions,
  pick: Pick = randomly,
): Promise<AnyChosen> {
  return new Promise((resolve, reject) => {
    checkKnown('select (a time is a guard: after(50))', options, optionNames);
    const { priority = false, signal, otherwise = false } = options;
    const problem = impatience(signal === undefined ? {} : { signal });
    if (problem !== undefined) throw problem;
    const settlers: Settlers<AnyChosen> = { resolve, reject };
    const { channels, names, times, entries } = sorted(clock, guards);
    const aborted = () => new AbortedError(failedOn(channels), signal?.reason);
    if (signal?.aborted) throw aborted();
    checkAuthorities(channels);
    const { runs, time: ready } = orderOf(entries, priority, pick);
    const isPoll = otherwise || ready !== undefined;
    const time = isPoll ? ready : earliest(times);
    // Watched from before it begins: it may have ended when it has begun.
    const unwatch = watch(
      { time: isPoll ? undefined : time, signal },
      clock,
      () => recall(),
      () => recall(aborted()),
    );
    const recall = begin(runs, {
      guards: channels,
      isPriority: priority,
      isPoll,
      isPatient: time === undefined && signal === undefined,
      settlers,
      resolve: (outcome) => {
        unwatch();
        settlers.resolve(chosen(outcome, names, time));
      },
      reject: (error) => {
        unwatch();
        settlers.reject(error);
      },
    });
  });
}

/** Its guards, by what they wait for. */
interface Sorted {
  readonly channels: readonly ChannelSide[];
  /** Of the guards on channels. */
  readonly names: readonly string[];
  readonly times: readonly Time[];
  readonly entries: readonly Entry[];
}

type ChannelSide = Held & EndGuard<unknown>;

/** @throws EndClosedError, EndMovedError */
function sorted(clock: Clock, guards: Guards): Sorted {
  const channels: ChannelSide[] = [];
  const names: string[] = [];
  const times: Time[] = [];
  const entries: Entry[] = [];
  for (const [name, guard] of Object.entries(guards)) {
    checkGuard(name, guard);
    const time = timeOf(clock, name, guard);
    if (time !== undefined) {
      times.push(time);
      if (time.isStanding && time.left() <= 0) entries.push({ where: 'time', time });
    } else if (isOnChannel(guard)) {
      const channel = heldBy(guard);
      entries.push({ where: channel.party.isLocal ? 'near' : 'far', guard: channels.length });
      channels.push(channel);
      names.push(name);
    }
  }
  return { channels, names, times, entries };
}

const kinds: readonly unknown[] = ['receive', 'send', 'time', 'moment', 'tick', 'never'];

/** Where types are not checked, what is no guard would be waited for in vain. @throws TypeError */
function checkGuard(name: string, guard: unknown): void {
  if (guard === null || guard === undefined || kinds.includes((guard as { on?: unknown }).on)) {
    return;
  }
  throw new TypeError(
    `select: "${name}" is ${whatIs(guard)}, and no guard. Guards are made by receiver.onReceive(), sender.onSend(value), after(), at() and every()`,
  );
}

function whatIs(value: unknown): string {
  if (typeof value === 'function') return 'a function (call it)';
  if (typeof value !== 'object' || value === null) return `the ${typeof value} ${String(value)}`;
  if (value instanceof Promise) return 'a promise';
  return `a ${value.constructor?.name ?? 'plain object'}`;
}

/** @throws TopologyError when nobody can decide */
function checkAuthorities(channels: readonly ChannelSide[]): void {
  const parties = new Set(channels.map(({ party }) => party));
  const locals = [...parties].filter(({ isLocal }) => isLocal).length;
  if (locals <= 1 && parties.size - locals <= 1) return;
  const names = channels.map(({ end }) => `"${end.channel}"`).join(', ');
  throw new TopologyError(
    `one select cannot wait on channels of two supervisors: ${names} are not all of one`,
  );
}

/** One arbiter decides where it can, and the two halves between them where there are two. */
function begin(runs: readonly Run[], plan: SelectionPlan<unknown>): RecallSelection {
  const guards = plan.guards as readonly ChannelSide[];
  const [first, second] = halvesOf(runs);
  if (first === undefined) return withoutChannels(plan);
  if (second !== undefined) {
    const tries = plan.isPoll || plan.isPriority ? runs : [];
    return selectMixed({ ...plan, guards, tries, halves: [first, second] });
  }
  const own = first.guards.map((index) => guards[index] as ChannelSide);
  const resolve = (outcome: Outcome) => plan.resolve(inPlan(outcome, first.guards));
  return (own[0] as ChannelSide).party.select({ ...plan, guards: own, resolve });
}

/** All guards of one place together, in the order in which the places are tried. */
function halvesOf(runs: readonly Run[]): readonly Run[] {
  const places = [...new Set(runs.map(({ where }) => where))];
  return places.map((where) => ({
    where,
    guards: runs.flatMap((run) => (run.where === where ? run.guards : [])),
  }));
}

/** Time alone, or nothing at all, is waited for. */
function withoutChannels({ isPoll, resolve, reject }: SelectionPlan<unknown>): RecallSelection {
  if (isPoll) resolve({ is: 'missed' });
  return (error) => (error === undefined ? resolve({ is: 'recalled' }) : reject(error));
}

/** For errors alone: of many guards this is long. */
function failedOn(channels: readonly Held[]): FailedOperation {
  return { operation: 'select', channel: channels.map(({ end }) => end.channel).join(', ') };
}

function chosen(outcome: Outcome, names: readonly string[], time: Time | undefined): AnyChosen {
  switch (outcome.is) {
    case 'received':
      return { guard: names[outcome.guard] as string, done: false, value: outcome.value };
    case 'ended':
      return { guard: names[outcome.guard] as string, done: true };
    case 'sent':
      return { guard: names[outcome.guard] as string };
    case 'missed':
    case 'recalled':
      time?.choose();
      return { guard: time?.name ?? 'otherwise' };
  }
}

function isOnChannel(guard: Guards[string]): guard is ChannelGuard {
  return guard?.on === 'receive' || guard?.on === 'send';
}

function heldBy(guard: ChannelGuard): ChannelSide {
  return guard.on === 'receive'
    ? { ...Handle.heldFor(guard.receiver), value: undefined }
    : { ...Handle.heldFor(guard.sender, guard.value), value: guard.value };
}

/** Calls back when the time has come, or when the signal fires. @returns what stops watching */
function watch(
  { time, signal }: { readonly time: Time | undefined; readonly signal: AbortSignal | undefined },
  clock: Clock,
  onTime: () => void,
  onAbort: () => void,
): Cancel {
  let stopClock: Cancel = () => {};
  // A clock may ring a little early.
  const wait = (left: number) => {
    stopClock = clock.after(Math.max(0, left), () =>
      time && time.left() > 0 ? wait(time.left()) : onTime(),
    );
  };
  if (time !== undefined) wait(time.left());
  const stopSignal = watchSignal(signal, onAbort);
  return () => {
    stopClock();
    stopSignal();
  };
}
