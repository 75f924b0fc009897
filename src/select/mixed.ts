/**
 * A select on channels of this process and on those of a supervisor: two halves, each with an authority of its
 * own, and still exactly one guard that has an effect (R6). It does no I/O: the halves speak for it.
 *
 * The far half (the supervisor's) is offered as any select is, and may be decided there at any moment. The near
 * half is a shared offer: the arbiter of this process asks before anything becomes of it. Then the far half is
 * asked back, tentatively, and only when it is back, the near one is free. Both are never decided, and nobody
 * waits for anything but the supervisor's answer, which comes at once.
 *
 * | state     | far half                              | near half                                            |
 * | --------- | ------------------------------------- | ---------------------------------------------------- |
 * | `polling` | one of them polls, and what is tried next is known before anything waits                     |
 * | `opening` | aside                                 | being offered                                        |
 * | `both`    | offered                               | offered, shared                                      |
 * | `asking`  | asked whether it is free              | something is ready for it                            |
 * | `near`    | aside                                 | freed: decided, or about to be, or else `released`   |
 * | `far`     | decided, or about to be, or recalled  | retired                                              |
 * | `over`    | ended, or about to be                 | the same                                             |
 *
 * | state     | it is asked     | far back     | far late | near released | recalled              | a half decides       |
 * | --------- | --------------- | ------------ | -------- | ------------- | --------------------- | -------------------- |
 * | `polling` |                 | the next try |          |               | when this try is back | `over`, other retired |
 * | `opening` | `near`: free    |              |          |               |                       |                      |
 * | `both`    | `asking`        |              |          |               | `far`: recall         | `over`, near retired |
 * | `asking`  |                 | `near`: free | `far`    |               | `far`: recall         | `over`, near retired |
 * | `near`    |                 |              |          | `both`        | `over`: near recalled | `over`, far retired  |
 * | `far`     |                 |              |          |               | `far`: recall         | `over`               |
 */
import type { Held } from '../ends/handle.ts';
import type {
  EndGuard,
  Half,
  Outcome,
  RecallSelection,
  SelectionPlan,
  WhenBack,
} from '../party/selection.ts';

export type Where = 'near' | 'far';

/** Guards of one half, by their place in the plan. */
export interface Run {
  readonly where: Where;
  readonly guards: readonly number[];
}

export interface MixedPlan extends SelectionPlan<unknown> {
  readonly guards: readonly (Held & EndGuard<unknown>)[];
  /** What is polled before anything waits, one after the other; all there is, if it is a poll. */
  readonly tries: readonly Run[];
  /** The two halves; the first is offered first. */
  readonly halves: readonly [Run, Run];
}

/** Begins it. @returns what asks it back */
export function selectMixed(plan: MixedPlan): RecallSelection {
  const mixed = new MixedSelect(plan);
  return (error) => mixed.recall(error ?? 'back');
}

class MixedSelect {
  readonly #plan: MixedPlan;
  readonly #tries: Run[];
  #near: Half = noHalf;
  #far: Half = noHalf;
  #state: 'polling' | 'opening' | 'both' | 'asking' | 'near' | 'far' | 'over' = 'polling';
  /** What its code is told when a try that is under way finds nothing. */
  #whenBack: WhenBack | undefined;

  constructor(plan: MixedPlan) {
    this.#plan = plan;
    this.#tries = [...plan.tries];
    for (const run of plan.halves) if (!this.#begin(run)) return;
    this.#tryNext();
  }

  recall(why: WhenBack): void {
    switch (this.#state) {
      case 'polling':
        if (!this.#plan.isPoll) this.#whenBack ??= why;
        break;
      case 'both':
      case 'asking':
        this.#state = 'far';
        this.#near.retire();
        this.#far.recall(why);
        break;
      case 'far':
        this.#far.recall(why);
        break;
      case 'near':
        this.#state = 'over';
        this.#far.retire();
        this.#near.recall(why);
        break;
      default:
        break;
    }
  }

  /** @returns whether it could */
  #begin({ where, guards }: Run): boolean {
    const { isPriority, isPoll, isPatient, settlers, resolve, reject } = this.#plan;
    const own = guards.map((index) => this.#plan.guards[index] as Held & EndGuard<unknown>);
    const half = own[0]?.party.half(
      {
        guards: own,
        isPriority,
        isPoll,
        // Who could come to the near half is of this process, and idle where this is asked.
        isPatient,
        settlers,
        resolve: (outcome) => resolve(inPlan(outcome, guards)),
        reject,
      },
      {
        onAsk: () => this.#asked(),
        onReleased: () => this.#released(),
        onLate: () => this.#late(),
        onBack: () => this.#back(),
        onDecided: () => this.#decided(where),
        onRecalled: (why) => this.recall(why),
      },
    );
    if (half !== undefined && !(half instanceof Error)) {
      if (where === 'near') this.#near = half;
      else this.#far = half;
      return true;
    }
    this.#retireBoth();
    // Where nobody is left, nobody is told.
    if (half !== undefined) reject(half);
    return false;
  }

  #tryNext(): void {
    const run = this.#tries.shift();
    if (this.#whenBack !== undefined) this.#end(this.#whenBack);
    else if (run !== undefined) this.#offer(run, true);
    else if (this.#plan.isPoll) this.#end('missed');
    else this.#wait();
  }

  #wait(): void {
    const [first, second] = this.#plan.halves;
    const meanwhile = first.where === 'near' ? 'opening' : 'both';
    this.#state = meanwhile;
    this.#offer(first, false);
    // What was offered first may have been decided by now.
    if ((this.#state as string) !== meanwhile) return;
    this.#state = 'both';
    this.#offer(second, false);
  }

  #offer({ where, guards }: Run, isPoll: boolean): void {
    const half = where === 'near' ? this.#near : this.#far;
    const { guards: own } = this.#plan.halves.find((run) => run.where === where) as Run;
    half.offer({
      guards: guards.map((index) => own.indexOf(index)),
      isPoll,
      isShared: where === 'near' && !isPoll,
    });
  }

  // ── what the halves say ───────────────────────────────────────────────────────────────────────────────

  #asked(): void {
    if (this.#state === 'opening') {
      this.#state = 'near';
      this.#near.free();
    } else if (this.#state === 'both') {
      this.#state = 'asking';
      this.#far.question();
    }
  }

  #back(): void {
    if (this.#state === 'polling') {
      this.#tryNext();
    } else if (this.#state === 'asking') {
      this.#state = 'near';
      this.#near.free();
    }
  }

  #late(): void {
    if (this.#state !== 'asking') return;
    this.#state = 'far';
    this.#near.retire();
  }

  #released(): void {
    if (this.#state !== 'near') return;
    this.#state = 'both';
    const far = this.#plan.halves.find(({ where }) => where === 'far') as Run;
    this.#offer(far, false);
  }

  #decided(where: Where): void {
    this.#state = 'over';
    if (where === 'far') this.#near.retire();
    else this.#far.retire();
  }

  // ── the end of a select that has had no effect ────────────────────────────────────────────────────────

  #end(how: WhenBack | 'missed'): void {
    this.#state = 'over';
    this.#retireBoth();
    const { resolve, reject } = this.#plan;
    if (how instanceof Error) reject(how);
    else if (how === 'missed') resolve({ is: 'missed' });
    else if (how === 'back') resolve({ is: 'recalled' });
  }

  #retireBoth(): void {
    this.#near.retire();
    this.#far.retire();
  }
}

/** What stands in until a half has begun. */
const noHalf: Half = {
  offer: () => {},
  question: () => {},
  free: () => {},
  recall: () => {},
  retire: () => {},
};

/** The same outcome, with the guard as the whole plan numbers it. */
export function inPlan(outcome: Outcome, guards: readonly number[]): Outcome {
  return 'guard' in outcome ? { ...outcome, guard: guards[outcome.guard] ?? 0 } : outcome;
}
