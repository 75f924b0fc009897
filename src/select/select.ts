/**
 * Choice: waits on many guards at once, and commits to exactly one (R6).
 *
 * The channels decide first. A time that has come, or a signal, only asks the channels' offer back, and has
 * its way when the offer comes back with no effect: so there is never a value that was sent and is
 * reported as not.
 */
import type { Clock } from '../clock.ts';
import { Handle, type Held } from '../ends/handle.ts';
import { AbortedError, type FailedOperation, TopologyError } from '../errors.ts';
import type { EndGuard, Outcome, RecallSelection, SelectionPlan } from '../party/selection.ts';
import type { Settlers } from '../party/waiting-code.ts';
import { watch } from '../party/watch.ts';
import type { Guards, ReceiveGuard, SendGuard } from './guards.ts';

export interface SelectOptions {
  /** The first of the ready guards in the order in which they are written, instead of any of them. */
  readonly priority?: boolean;
  readonly signal?: AbortSignal;
  /** What is ready if no guard is, at once. */
  readonly otherwise?: boolean;
}

/** Which guard it was; of a guard that receives, also the value, or that the channel has ended. */
export type Chosen<G extends Guards> = {
  [K in keyof G & string]: ChosenBy<K, NonNullable<G[K]>>;
}[keyof G & string];

type ChosenBy<K extends string, G> =
  G extends ReceiveGuard<infer T>
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
  { priority = false, signal, otherwise = false }: SelectOptions,
): Promise<AnyChosen> {
  return new Promise((resolve, reject) => {
    const settlers: Settlers<AnyChosen> = { resolve, reject };
    const all = Object.keys(guards);
    const names = all.filter((name) => isOnChannel(guards[name]));
    const channels = names.map((name) => heldBy(guards[name] as ChannelGuard));
    const aborted = () => new AbortedError(failedOn(channels), signal?.reason);
    if (signal?.aborted) throw aborted();
    const party = partyOf(channels);
    const time = otherwise || names.length === all.length ? undefined : earliest(guards);
    // Watched from before it begins: it may have ended when it has begun.
    const unwatch = watch(
      {
        ...(time !== undefined && { timeout: time.after }),
        ...(signal !== undefined && { signal }),
      },
      clock,
      () => recall(),
      () => recall(aborted()),
    );
    const plan: SelectionPlan<unknown> = {
      guards: channels,
      isPriority: priority,
      isPoll: otherwise,
      isPatient: time === undefined && signal === undefined,
      settlers,
      resolve: (outcome) => {
        unwatch();
        settlers.resolve(chosen(outcome, names, time?.name));
      },
      reject: (error) => {
        unwatch();
        settlers.reject(error);
      },
    };
    const recall = party === undefined ? withoutChannels(plan) : party.select(plan);
  });
}

/** Time alone, or nothing at all, is waited for. */
function withoutChannels({ isPoll, resolve, reject }: SelectionPlan<unknown>): RecallSelection {
  if (isPoll) resolve({ is: 'missed' });
  return (error) => (error === undefined ? resolve({ is: 'recalled' }) : reject(error));
}

/** For errors alone: of many guards this is long. */
function failedOn(channels: readonly Held[]): FailedOperation {
  return { operation: 'select', channel: channels.map(({ end }) => end.channel).join('", "') };
}

/** @throws TopologyError when no single arbiter can decide */
function partyOf(channels: readonly Held[]): Held['party'] | undefined {
  const [first] = channels;
  if (channels.every(({ party }) => party === first?.party)) return first?.party;
  const { channel } = failedOn(channels);
  throw new TopologyError(
    `one select cannot wait on channels of this process and on those of a supervisor: "${channel}"`,
  );
}

function chosen(outcome: Outcome, names: readonly string[], time: string | undefined): AnyChosen {
  switch (outcome.is) {
    case 'received':
      return { guard: names[outcome.guard] as string, done: false, value: outcome.value };
    case 'ended':
      return { guard: names[outcome.guard] as string, done: true };
    case 'sent':
      return { guard: names[outcome.guard] as string };
    case 'missed':
      return { guard: 'otherwise' };
    case 'recalled':
      return { guard: time as string };
  }
}

function isOnChannel(guard: Guards[string]): guard is ChannelGuard {
  return guard?.on === 'receive' || guard?.on === 'send';
}

function heldBy(guard: ChannelGuard): Held & EndGuard<unknown> {
  return guard.on === 'receive'
    ? { ...Handle.heldFor(guard.receiver), value: undefined }
    : { ...Handle.heldFor(guard.sender, guard.value), value: guard.value };
}

/** The guard whose time comes first; of several, the one that is written first. */
function earliest(guards: Guards): { readonly name: string; readonly after: number } | undefined {
  let first: { readonly name: string; readonly after: number } | undefined;
  for (const [name, guard] of Object.entries(guards)) {
    if (guard?.on !== 'time' || guard.after === Number.POSITIVE_INFINITY) continue;
    if (first === undefined || guard.after < first.after) first = { name, after: guard.after };
  }
  return first;
}
