/** What must be true of a world, at every moment, when nothing moves any more, and in the end. */
import type { ChannelId, Side } from '../../src/arbiter/events.ts';
import {
  AbortedError,
  ChannelBrokenError,
  ChannelEndedError,
  EndClosedError,
  EndMovedError,
  LostError,
  OperationError,
  TimedOutError,
} from '../../src/errors.ts';
import { describe } from './code.ts';
import type { Act, ChannelRecord, Given, History, ValueId } from './history.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** A guarantee that does not hold. */
export class Broken extends Error {}

function ensure(holds: boolean, clause: string, problem: () => string): void {
  if (!holds) throw new Broken(`${clause}: ${problem()}`);
}

// ── at every moment ───────────────────────────────────────────────────────────────────────────────────────

/** Where operations meet inside processes. */
export function checkNear({ processes, home }: World): void {
  home?.near?.exchange.checkInvariants();
  for (const { near, isRunning } of processes) if (isRunning) near?.exchange.checkInvariants();
}

export function checkMoment(world: World): void {
  const { exchange, processes, history } = world;
  exchange.checkInvariants();
  checkNear(world);
  for (const process of processes) {
    const { broken, code, plan } = process;
    // A dead process may stop in the middle of a frame, and does not mind.
    ensure(
      broken === undefined || code.who.isDead,
      'R10',
      () => `${plan.name}: ${broken?.message}`,
    );
    if (process.state !== 'buried') checkWindow(process, history);
  }
  const hasDied = processes.some(({ code }) => code.who.isDead);
  for (const { id, terms, statistics } of history.channels.values()) {
    const buffered = statistics()?.buffered ?? 0;
    // What a dead sender leaves behind waits in the store too, beyond its capacity.
    const hasMore = hasDied || history.buried.length > 0;
    ensure(hasMore || buffered <= terms.capacity, 'R5', () => `channel ${id} stores ${buffered}`);
  }
}

/** Ends that came one after the other, for one channel, have a window each. */
function checkWindow({ plan, link, code }: SimulatedProcess, history: History): void {
  const outstanding = new Map<string, number>();
  for (const { guards, state, choice, before } of link.seat.operations().values()) {
    // A dead letter is on another channel than its sender's.
    if (state === 'holding' || before !== undefined) continue;
    // Selects are held back by nobody.
    if (guards.length > 1 || choice === 'priority') continue;
    const { side, channel } = guards[0] as { readonly side: Side; readonly channel: ChannelId };
    const key = `${side} on channel ${channel}`;
    outstanding.set(key, (outstanding.get(key) ?? 0) + 1);
  }
  for (const [key, count] of outstanding) {
    const { operations } = plan.window;
    const isHere = (act: Act) =>
      act.who === code.who && `${act.side} on channel ${act.channel}` === key;
    const ends = new Set(history.acts.filter(isHere).map(({ end }) => end)).size;
    ensure(count <= operations * ends, 'R5', () => `${plan.name}: ${count} times ${key}`);
  }
}

// ── when nothing moves any more ───────────────────────────────────────────────────────────────────────────

export function checkRest({ history, processes }: World): void {
  const hasDied = processes.some(({ code }) => code.who.isDead);
  for (const { id, terms, owner, ...channel } of history.channels.values()) {
    if (owner?.isDead) continue;
    const statistics = channel.statistics();
    const waitingSends = waiting(history, id, 'send').filter(
      (send) => !mayBeHeldBack(history, send),
    );
    const waitingReceives = waiting(history, id, 'receive');
    const [sends, receives] = [waitingSends.length, waitingReceives.length];
    const couldMeet = waitingSends.some((send) =>
      // A select never meets itself.
      waitingReceives.some(({ select }) => select === undefined || select !== send.select),
    );
    const where = () => `channel ${id} at rest: ${sends} sends, ${receives} receives wait`;
    ensure(!couldMeet, 'R1', where);
    if (statistics === undefined) {
      ensure(sends + receives === 0, 'R9', () => `${where()}, and it is over`);
      continue;
    }
    const { senders, receivers, buffered, inHand } = statistics;
    ensure(receives === 0 || senders > 0, 'R9', () => `${where()}, but there is no sender`);
    ensure(sends === 0 || receivers > 0, 'R9', () => `${where()}, but there is no receiver`);
    ensure(receives === 0 || buffered === 0, 'R5', () => `${where()} beside ${buffered} values`);
    ensure(
      sends === 0 || buffered >= terms.capacity,
      'R5',
      () => `${where()} though there is room`,
    );
    ensure(inHand === 0, 'R7', () => `${where()}, ${inHand} values in hand`);
    const taken = history.taken.filter(({ channel }) => channel === id).length;
    // What was taken directly is told now and then, and never by the dead.
    const mayLack = hasDied && history.direct.length > 0;
    ensure(
      statistics.taken === taken || (mayLack && statistics.taken < taken),
      'R5',
      () => `statistics say ${statistics.taken}, not ${taken}`,
    );
  }
}

function waiting(history: History, channel: ChannelId, side: Side): readonly Act[] {
  return history.acts.filter(
    (act) =>
      (act.value === undefined ? act.channel : history.channelOf(act.value)) === channel &&
      act.side === side &&
      act.outcome === undefined &&
      !act.who.isDead &&
      !isOut(history, act),
  );
}

/** A dead letter waits with its sender, and takes its place in the window: those behind it may not have been offered. */
function mayBeHeldBack({ acts, buried }: History, { who, channel, side, end }: Act): boolean {
  return acts.some(
    (act) =>
      act.who === who &&
      act.channel === channel &&
      act.side === side &&
      act.end === end &&
      act.outcome === undefined &&
      buried.some(({ value }) => value === act.value),
  );
}

/**
 * A select commits to the guard whose value was delivered, also when the value comes back; and one that was free
 * to change its mind then, to the one whose value was delivered last.
 */
function isOut({ deliveries }: History, { select = [], value }: Act): boolean {
  const last = deliveries.findLast((delivery) =>
    select.some((act) => act.value === delivery.value),
  );
  return last !== undefined && last.value !== value;
}

// ── in the end ────────────────────────────────────────────────────────────────────────────────────────────

export function checkEnd({ history, home }: World): void {
  for (const { id, owner, statistics } of history.channels.values()) {
    const isOver = owner?.isDead || statistics() === undefined;
    ensure(isOver, 'R9', () => `channel ${id} is not over`);
  }
  for (const act of history.acts) {
    const isTold = act.outcome !== undefined || act.who.isDead;
    ensure(isTold, 'R4', () => `${act.who.name} was never told about ${describe(act)}`);
    checkOutcome(history, act);
  }
  for (const [value, send] of history.sends.entries()) checkValue(history, value, send);
  checkOrder(history);
  ensure(home?.code.isIdle ?? true, 'R4', () => 'the supervisor’s own code still waits');
}

/** Each ending says the truth about what happened. */
function checkOutcome(history: History, act: Act): void {
  const { outcome, side, channel } = act;
  if (outcome === undefined) return;
  const record = history.channels.get(channel) as ChannelRecord;
  const other = record.failures[side === 'send' ? 'receive' : 'send'];
  const what = () => `${act.who.name}: ${describe(act)}`;
  if (outcome.is === 'nothing' || outcome.is === 'end') {
    const isEnd = act.shape === 'step' || outcome.is === 'end';
    ensure(!isEnd || other.length === 0, 'R9', () => `${what()}: a crash looks like a clean end`);
    return;
  }
  if (outcome.is === 'done') return;
  const { error } = outcome;
  ensure(error instanceof OperationError, 'R4', () => `${what()}: ${error.stack}`);
  if (!(error instanceof OperationError)) return;
  ensure(error.operation === side, 'R4', () => `${what()}: it says ${error.operation}`);
  ensure(error.channel === `channel ${channel}`, 'R4', () => `${what()}: it says ${error.channel}`);
  if (side === 'send') checkFailedSend(history, act, error);
  if (error instanceof TimedOutError) {
    ensure(act.deadline !== undefined, 'R4', () => `${what()} had no deadline`);
  } else if (error instanceof AbortedError) {
    ensure(act.isAborted && error.cause === 'enough', 'R4', () => `${what()} was not aborted`);
  } else if (error instanceof ChannelEndedError) {
    ensure(other.length === 0, 'R9', () => `${what()}: a crash looks like a clean end`);
  } else if (error instanceof ChannelBrokenError) {
    const [first] = other;
    const { message } = error.cause as Error;
    ensure(message === first?.message, 'R9', () => `${what()}: "${message}" is not the cause`);
  } else if (error instanceof LostError) {
    const terms = act.value === undefined ? [] : history.channelsOf(act.value);
    const maxAttempts = terms.reduce((sum, channel) => sum + channel.terms.maxAttempts, 0);
    // A dead letter that nobody can receive is given up, however few have tried.
    const isLetter = terms.length > 1;
    // A poll is not offered again when its receiver died with it.
    const most = act.shape === 'was-sent' ? 1 : maxAttempts;
    // Nor is a select that was called off, however often that had been before.
    const isGivenUp =
      act.shape === 'guard' || isLetter ? error.attempts <= most : error.attempts === most;
    ensure(isGivenUp, 'R7', () => `${what()}: lost after ${error.attempts}`);
  } else {
    const hasLeft = history.departures.some(
      (end) => end.who === act.who && end.channel === channel && end.side === side,
    );
    const isOwn =
      (error instanceof EndClosedError && side === 'receive') ||
      (error instanceof EndMovedError && hasLeft);
    ensure(isOwn, 'R4', () => `${what()}: ${error.stack}`);
  }
}

function checkFailedSend(history: History, act: Act, error: OperationError): void {
  const what = () => `${act.who.name}: ${describe(act)}: ${error.message}`;
  const [value] = error.value as [ValueId];
  ensure(value === act.value, 'R4', () => `${what()}: the error carries ${value}`);
  const deaths = history.deaths.filter((death) => death.value === act.value).length;
  ensure(error.attempts === deaths, 'R4', () => `${what()}: ${deaths} died with it`);
}

/** The fate of one value. */
function checkValue(history: History, value: ValueId, send: Act): void {
  const record = history.channels.get(send.channel) as ChannelRecord;
  const channels = history.channelsOf(value);
  const capacity = Math.max(...channels.map(({ terms }) => terms.capacity));
  const maxAttempts = channels.reduce((sum, { terms }) => sum + terms.maxAttempts, 0);
  const given = history.givens.filter((other) => other.value === value && !other.isReturned);
  const taken = history.taken.filter((other) => other.value === value).length;
  const discarded = history.discarded.filter((other) => other.value === value).length;
  const deliveries = history.deliveries.filter((other) => other.value === value);
  const deaths = history.deaths.filter((other) => other.value === value);
  const what = (): string =>
    `${send.who.name}: ${describe(send)} (${send.outcome?.is}), given ${given.length}, taken ${taken}, discarded ${discarded}, deaths ${deaths.length}`;

  ensure(taken <= 1, 'R2', () => `${what()}: taken twice`);
  const givenToLiving = given.filter(({ who }) => !who.isDead).length;
  ensure(givenToLiving <= 1, 'R2', () => `${what()}: given twice`);
  ensure(given.length <= 1 + deaths.length, 'R2', () => `${what()}: given too often`);
  const sure = given.filter(({ isSure }) => isSure).length;
  ensure(sure === 0 || (sure === 1 && taken === 1), 'R2', () => `${what()}: not for sure`);
  ensure(taken + discarded <= 1, 'R2', () => `${what()}: taken and dropped`);
  ensure(deaths.length <= maxAttempts, 'R7', () => `${what()}: delivered too often`);
  for (const { at, attempt } of deliveries) {
    const burial = history.buried.findLast((other) => other.value === value && other.at < at);
    const before = deaths.filter((death) => death.at < at && death.at > (burial?.at ?? 0)).length;
    ensure(attempt === before + 1, 'R7', () => `${what()}: attempt ${attempt} after ${before}`);
  }
  if (send.outcome?.is === 'done') {
    const isBefore = ({ at }: Given) => at < send.at;
    ensure(capacity > 0 || given.some(isBefore), 'R1', () => `${what()}: nobody had it before`);
    ensure(capacity > 0 || taken === 1, 'R1', () => `${what()}: done, and not taken`);
    // What a channel inside a process has stored is gone with it.
    const isSomewhere = taken + discarded === 1 || record.owner?.isDead;
    ensure(isSomewhere === true, 'R2', () => `${what()}: done, and it is nowhere`);
  } else if (send.outcome !== undefined) {
    ensure(taken + discarded === 0, 'R4', () => `${what()}: handed back, and yet elsewhere`);
    const mayHaveBeenTaken = send.outcome.is === 'error' && attemptsOf(send.outcome.error) > 0;
    ensure(
      given.length === 0 || mayHaveBeenTaken || send.outcome.is === 'nothing',
      'R4',
      () => `${what()}: handed back, and yet given`,
    );
  }
  const vanishedAt = history.vanished.get(value);
  if (vanishedAt !== undefined) {
    const later = deliveries.filter(({ at }) => at > vanishedAt).length;
    ensure(later === 0, 'R8', () => `${what()}: its sender died before its first delivery`);
  }
}

function attemptsOf(error: Error): number {
  return error instanceof OperationError ? error.attempts : 0;
}

/** First deliveries of one sender's values on one end are in the order of its sends. */
function checkOrder(history: History): void {
  const last = new Map<string, ValueId>();
  const seen = new Set<ValueId>();
  for (const { value } of history.deliveries) {
    if (seen.has(value)) continue;
    seen.add(value);
    const { who, channel, end, shape } = history.sends[value] as Act;
    // A select's send takes its place when it is offered, and waits for no window.
    if (shape === 'guard') continue;
    const key = `${who.name} on end ${end} of channel ${channel}`;
    const before = last.get(key) ?? -1;
    ensure(before < value, 'R3', () => `${key}: ${value} was delivered after ${before}`);
    last.set(key, value);
  }
}
