/** The code that runs in a process: it does at random what code can do with its ends, and notes what it saw. */
import type { ChannelId } from '../../src/arbiter/events.ts';
import { Receiver } from '../../src/ends/receiver.ts';
import { Sender } from '../../src/ends/sender.ts';
import { OperationError } from '../../src/errors.ts';
import type { Patience, Shape, Work } from '../../src/party/operation.ts';
import {
  after,
  type ReceiveGuard,
  type SendGuard,
  type TimeGuard,
} from '../../src/select/guards.ts';
import { selectOn } from '../../src/select/select.ts';
import type { Random } from '../model/random.ts';
import type { SimulatedClock } from './clock.ts';
import type { Act, Given, History, Outcome, ValueId, Who } from './history.ts';

/** A number that tells the value, something to make it larger, and ends of channels. */
export type Value = readonly [id: ValueId, padding: string, ...ends: readonly Passenger[]];

/** The value itself, also where it came as a dead letter, or as one of one. */
export function contentOf(received: unknown): Value {
  let content = received;
  while (!Array.isArray(content)) content = (content as { readonly value: unknown }).value;
  return content as unknown as Value;
}

/** An end in a value, with the number of its channel. */
type Passenger = readonly [ChannelId, Sender<Value> | Receiver<Value>];

/** One copy of an end; `end` is the same for all that were cloned from each other. */
type Copy = {
  readonly channel: ChannelId;
  readonly end: number;
  /** Of a channel inside its process, or of the supervisor. */
  readonly place: 'near' | 'far';
} & (
  | { readonly side: 'send'; readonly handle: Sender<Value> }
  | { readonly side: 'receive'; readonly handle: Receiver<Value> }
);

/** `calm`: it does much, and mostly plain sends and receives. */
export type Temper = 'lively' | 'calm';

interface WorkInHand {
  readonly work: Work<Value>;
  readonly given: Given;
  readonly copies: readonly Copy[];
}

interface Signal {
  readonly controller: AbortController;
  readonly act: Act;
}

/** As many operations of one code may be under way. */
const most = 6;

export class Code {
  readonly who: Who;
  readonly #history: History;
  readonly #random: Random;
  readonly #clock: SimulatedClock;
  readonly #isSure: boolean;
  readonly #temper: Temper;
  #copies: Copy[] = [];
  readonly #works: WorkInHand[] = [];
  readonly #signals: Signal[] = [];
  #underWay = 0;
  /** How much it still wants to do. */
  #plans: number;

  /** @param isSure whether values are given to it only when the word that they were taken has left */
  constructor(
    name: string,
    history: History,
    random: Random,
    clock: SimulatedClock,
    isSure: boolean,
    temper: Temper = 'lively',
  ) {
    this.who = { name, isDead: false };
    this.#isSure = isSure;
    this.#history = history;
    this.#random = random;
    this.#clock = clock;
    this.#temper = temper;
    this.#plans = temper === 'calm' ? 12 + random.below(20) : 3 + random.below(8);
  }

  give(
    channel: ChannelId,
    handle: Sender<Value> | Receiver<Value>,
    place: Copy['place'] = 'far',
  ): Copy {
    const end = this.#history.tick();
    const copy: Copy =
      handle instanceof Sender
        ? { side: 'send', channel, end, place, handle }
        : { side: 'receive', channel, end, place, handle };
    this.#copies.push(copy);
    return copy;
  }

  get wantsToAct(): boolean {
    return this.#plans > 0 && this.#copies.length > 0 && this.#underWay < most;
  }

  get hasWork(): boolean {
    return this.#works.length > 0;
  }

  get hasSignals(): boolean {
    return this.#signals.length > 0;
  }

  /** Nothing that it began is still to come. */
  get isIdle(): boolean {
    return this.#underWay === 0 && this.#works.length === 0;
  }

  get hasEnds(): boolean {
    return this.#copies.length > 0;
  }

  act(): void {
    this.#plans--;
    const copy = this.#random.of(this.#copies);
    const operate = this.#temper === 'calm' ? 80 : 12;
    const deed = this.#random.weighted({ operate, select: 5, clone: 1, close: 1 });
    if (deed === 'close') this.#close(copy);
    else if (deed === 'clone') this.#clone(copy);
    else if (deed === 'select') this.#select();
    else if (copy.side === 'send') this.#send(copy);
    else this.#receive(copy);
  }

  /** Closes one copy of an end, if there is one. */
  closeOne(): void {
    this.#plans = 0;
    this.#close(this.#random.of(this.#copies));
  }

  finishWork(): void {
    const { work, given, copies } = this.#random.draw(this.#works);
    if (this.#random.chance(0.6)) {
      this.#history.tell(() => `${this.who.name} has done the work on ${given.value}`);
      work.taken();
    } else {
      const hasFailed = this.#random.chance(0.6);
      const what = hasFailed ? 'fails on' : 'gives back';
      this.#history.tell(() => `${this.who.name} ${what} ${given.value}`);
      given.isReturned = true;
      if (hasFailed) work.fail(`${this.who.name} failed`);
      else work.giveBack();
      this.#copies = this.#copies.filter((copy) => !copies.includes(copy));
    }
  }

  abort(): void {
    const { controller, act } = this.#random.draw(this.#signals);
    act.isAborted = true;
    this.#history.tell(() => `${this.who.name} aborts ${describe(act)}`);
    controller.abort('enough');
  }

  #send(copy: Extract<Copy, { side: 'send' }>): void {
    const id = this.#history.sends.length;
    const padding = this.#random.chance(0.15) ? 'x'.repeat(this.#random.below(400)) : '';
    const shape: Shape = this.#mayBe(0.2) ? 'was-sent' : 'sent';
    const { act, patience } = this.#begin(copy, shape, id);
    this.#history.sends.push(act);
    const passengers = copy.place === 'far' ? this.#board([copy]) : [];
    const value: Value = [id, padding, ...passengers.map(passengerOf)];
    const sent: Promise<unknown> =
      shape === 'sent' ? copy.handle.send(value, patience) : copy.handle.trySend(value);
    this.#watch(
      act,
      sent,
      (was) => {
        if (was !== false) return { is: 'done' };
        this.#comeBack(passengers);
        return { is: 'nothing' };
      },
      (error) => {
        this.#comeBack(passengers);
        return { is: 'error', error };
      },
    );
  }

  /**
   * Ends that are to go with the next value, on one of these. Never a receiver of a channel that is before one
   * of theirs, or theirs: receivers that wait inside values for each other would wait for ever.
   */
  #board(on: readonly Copy[]): readonly Copy[] {
    if (!this.#mayBe(0.15)) return [];
    const fit = this.#copies.filter(
      (copy) =>
        copy.place === 'far' &&
        !on.includes(copy) &&
        (copy.side === 'send' || on.every(({ channel }) => copy.channel > channel)),
    );
    if (fit.length === 0) return [];
    const copy = this.#random.of(fit);
    this.#copies = this.#copies.filter((other) => other !== copy);
    this.#history.departures.push({ who: this.who, channel: copy.channel, side: copy.side });
    this.#history.tell(
      () => `${this.who.name} puts its ${copy.side} end of ${copy.channel} into it`,
    );
    return [copy];
  }

  /** They were not taken; those that were closed meanwhile stay so. */
  #comeBack(passengers: readonly Copy[]): void {
    this.#copies.push(...passengers.filter(({ handle }) => !handle.closed));
  }

  #arrive(passengers: readonly Passenger[]): readonly Copy[] {
    return passengers.map(([channel, handle]) => this.give(channel, handle));
  }

  #receive(copy: Extract<Copy, { side: 'receive' }>): void {
    const value = this.#temper === 'calm' ? 60 : 8;
    const shape = this.#random.weighted({ value, boxed: 2, step: 3, work: 3 });
    const { act, patience } = this.#begin(copy, shape, undefined);
    const { handle } = copy;
    const taken = (received: unknown): Outcome => {
      const [value, , ...ends] = contentOf(received);
      this.#given(value, this.#isSure);
      this.#arrive(ends);
      return { is: 'done', value };
    };
    switch (shape) {
      case 'value':
        this.#watch(act, handle.receive(patience), taken);
        break;
      case 'boxed':
        this.#watch(act, handle.tryReceive(), (box) =>
          box === undefined ? { is: 'nothing' } : taken(box.value),
        );
        break;
      case 'step':
        this.#watch(act, handle[Symbol.asyncIterator]().next(), (step) =>
          step.done ? { is: 'nothing' } : taken(step.value),
        );
        break;
      case 'work':
        this.#watch(act, Receiver.work(handle), (work) => {
          const [value, , ...ends] = contentOf(work.value);
          const copies = this.#arrive(ends);
          this.#works.push({ work, given: this.#given(value, false), copies });
          return { is: 'done', value };
        });
    }
  }

  /** On two or three of its ends, also several times on one. */
  #select(): void {
    const isPoll = this.#random.chance(0.2);
    const controller = this.#random.chance(0.3) ? new AbortController() : undefined;
    const acts: Act[] = [];
    const boarded: (readonly Copy[])[] = [];
    const guards: Record<string, ReceiveGuard<Value> | SendGuard | TimeGuard> = {};
    const count = 2 + this.#random.below(2);
    const chosenCopies = Array.from({ length: count }, () => this.#random.of(this.#copies));
    for (const copy of chosenCopies) {
      const id = this.#history.sends.length;
      const { act } = this.#begin(copy, 'guard', copy.side === 'send' ? id : undefined, acts);
      if (copy.side === 'send') this.#history.sends.push(act);
      if (controller !== undefined) this.#signals.push({ controller, act });
      const mayCarry = copy.side === 'send' && copy.place === 'far';
      const passengers = mayCarry ? this.#board(chosenCopies) : [];
      guards[acts.length] =
        copy.side === 'send'
          ? copy.handle.onSend([id, '', ...passengers.map(passengerOf)])
          : copy.handle.onReceive();
      acts.push(act);
      boarded.push(passengers);
    }
    const options = {
      priority: this.#random.chance(0.3),
      otherwise: isPoll,
      ...(controller !== undefined && { signal: controller.signal }),
    };
    if (this.#random.chance(0.3)) guards.late = after(this.#random.below(30));
    const chosen = selectOn(this.#clock, guards, options, (below) => this.#random.below(below));
    for (const [index, act] of acts.entries()) {
      const passengers = boarded[index] ?? [];
      const outcomeOf = (result: Awaited<typeof chosen>): Outcome => {
        if (result.guard !== String(index)) {
          this.#comeBack(passengers);
          return { is: 'nothing' };
        }
        if (act.side === 'send') return { is: 'done' };
        if (!('value' in result)) return { is: 'end' };
        const [value, , ...ends] = contentOf(result.value);
        this.#given(value, this.#isSure);
        this.#arrive(ends);
        return { is: 'done', value };
      };
      this.#watch(act, chosen, outcomeOf, (error) => {
        this.#comeBack(passengers);
        return ofSelect(error, act, acts);
      });
    }
  }

  #begin(
    { channel, side, end }: Copy,
    shape: Act['shape'],
    value: ValueId | undefined,
    select?: readonly Act[],
  ): { readonly act: Act; readonly patience: Patience } {
    const mayEnd = shape === 'sent' || shape === 'value';
    const timeout = mayEnd && this.#mayBe(0.25) ? this.#random.below(30) : undefined;
    const controller = mayEnd && this.#mayBe(0.15) ? new AbortController() : undefined;
    const act: Act = {
      who: this.who,
      channel,
      side,
      end,
      shape,
      value,
      deadline: timeout === undefined ? undefined : this.#clock.now + timeout,
      select,
      isAborted: false,
      outcome: undefined,
      at: this.#history.tick(),
    };
    this.#history.acts.push(act);
    this.#history.tell(() => `${this.who.name} begins ${describe(act)}`);
    if (controller !== undefined) this.#signals.push({ controller, act });
    const patience = {
      ...(timeout !== undefined && { timeout }),
      ...(controller !== undefined && { signal: controller.signal }),
    };
    return { act, patience };
  }

  #watch<T>(
    act: Act,
    promise: Promise<T>,
    outcomeOf: (result: T) => Outcome,
    failureOf: (error: Error) => Outcome = (error) => ({ is: 'error', error }),
  ): void {
    this.#underWay++;
    const end = (outcome: () => Outcome): void => {
      // The code of a dead process sees nothing any more.
      if (this.who.isDead) return;
      this.#underWay--;
      if (act.outcome !== undefined) throw new Error(`two outcomes of ${describe(act)}`);
      act.at = this.#history.tick();
      act.outcome = outcome();
      this.#history.tell(
        () => `${this.who.name}: ${describe(act)}: ${describeOutcome(act.outcome)}`,
      );
    };
    promise.then(
      (result) => end(() => outcomeOf(result)),
      (error: Error) => end(() => failureOf(error)),
    );
  }

  #given(value: ValueId, isSure: boolean): Given {
    const given = { value, who: this.who, at: this.#history.tick(), isReturned: false, isSure };
    this.#history.givens.push(given);
    return given;
  }

  /** Whether it does what keeps a value from going directly, or makes it come back. */
  #mayBe(probability: number): boolean {
    return this.#random.chance(this.#temper === 'calm' ? probability / 10 : probability);
  }

  #clone(copy: Copy): void {
    this.#history.tell(() => `${this.who.name} clones its ${copy.side} end of ${copy.channel}`);
    this.#copies.push(
      copy.side === 'send'
        ? { ...copy, handle: copy.handle.clone() }
        : { ...copy, handle: copy.handle.clone() },
    );
  }

  #close(copy: Copy): void {
    this.#history.tell(() => `${this.who.name} closes a ${copy.side} end of ${copy.channel}`);
    this.#copies = this.#copies.filter((other) => other !== copy);
    copy.handle.close();
  }
}

function passengerOf({ channel, handle }: Copy): Passenger {
  return [channel, handle];
}

/** An error is about one guard; the others have had no effect. */
function ofSelect(error: Error, act: Act, acts: readonly Act[]): Outcome {
  const isOfAnother =
    error instanceof OperationError && acts.find((one) => isAbout(error, one)) !== act;
  return isOfAnother ? { is: 'nothing' } : { is: 'error', error };
}

function isAbout({ operation, channel, value }: OperationError, act: Act): boolean {
  if (operation !== act.side || channel !== `channel ${act.channel}`) return false;
  return act.side === 'receive' || (value as Value)[0] === act.value;
}

export function describe({ shape, channel, value }: Act): string {
  return value === undefined ? `${shape} on ${channel}` : `${shape} of ${value} on ${channel}`;
}

function describeOutcome(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'nothing yet';
  if (outcome.is === 'error') return `${outcome.error.name} (${outcome.error.message})`;
  return outcome.is === 'done' && outcome.value !== undefined ? `got ${outcome.value}` : outcome.is;
}
