import { RestartsExceededError, StageFailedError, TopologyError } from '../../src/errors.ts';
import { plainFailure } from '../death/death.ts';
import type { Happening } from '../events/events.ts';
import type { StageGroup, StageOptions } from '../options.ts';
import type { Stage } from '../stages/stage.ts';
import type { Verdict } from '../verdict.ts';
import { Group, type GroupFailure } from './group.ts';
import {
  type GroupOptions,
  type IntensityOptions,
  intensityOf,
  type RestartOptions,
  type RestartWhen,
  type Strategy,
  strategyOf,
  whenOf,
} from './terms.ts';

/** What groups need of their supervisor. */
export interface GroupServices {
  readonly verdict: Verdict;
  readonly tell: (happening: Happening) => void;
  /** A stage in a group. */
  readonly stageIn: (around: Group, name: string, options: StageOptions) => Stage;
}

/** By what rule a stage is restarted. */
export interface RestartRule {
  readonly when: RestartWhen;
  readonly group: Group;
}

/** All groups of a supervisor: those with a name, and the one that each stage outside of them has for itself. */
export class Groups {
  readonly #services: GroupServices;
  readonly #names = new Set<string>();

  constructor(services: GroupServices) {
    this.#services = services;
  }

  /** @throws TopologyError when the name is taken, the options make no group, or the group around it has failed */
  make(around: Group | undefined, name: string, options: GroupOptions): StageGroup {
    if (this.#names.has(name)) {
      throw new TopologyError(`there is a group "${name}" already: give each its own name`);
    }
    const who = `group "${name}"`;
    checkIsWorking(who, around);
    const group = this.#open(who, strategyOf(who, options), options, around);
    this.#names.add(name);
    return {
      name,
      stage: (stage, plan) => this.#services.stageIn(group, stage, plan),
      group: (inner, plan = {}) => this.make(group, inner, plan),
    };
  }

  /** @throws TopologyError when the options make no rule, or the group around the stage has failed */
  ruleFor(
    stage: string,
    restart: RestartWhen | RestartOptions,
    around: Group | undefined,
  ): RestartRule {
    const intensity = typeof restart === 'object' ? restart : {};
    if (around !== undefined && Object.keys(intensity).some(isIntensity)) {
      throw new TopologyError(
        `stage "${stage}" is in a group, which says how often its stages are restarted: give restarts, within and backoff to the group`,
      );
    }
    const who = `stage "${stage}"`;
    checkIsWorking(who, around);
    const when = whenOf(who, restart);
    return { when, group: around ?? this.#open(who, 'one-for-one', intensity, undefined) };
  }

  #open(
    who: string,
    strategy: Strategy,
    options: IntensityOptions,
    around: Group | undefined,
  ): Group {
    const intensity = intensityOf(who, options);
    const { restarts, within } = intensity;
    return new Group(
      {
        name: who,
        strategy,
        intensity,
        errorOf: (failures) =>
          new RestartsExceededError(who, restarts, within, failures.slice(-restarts - 1)),
        onFailed: (failure) => this.#failed(failure),
      },
      around,
    );
  }

  #failed({ group, error }: GroupFailure): void {
    const { verdict, tell } = this.#services;
    if (error instanceof StageFailedError) {
      verdict.failed(error);
      const message = `${group} is not started again: "${error.stage}" has never got so far as to work`;
      tell({ type: 'group-failed', group, message, failures: [plainFailure(error)] });
    } else if (error instanceof RestartsExceededError) {
      const failures = error.failures.map((one) =>
        one instanceof StageFailedError
          ? plainFailure(one)
          : { code: 'ENDED', message: one.message },
      );
      verdict.failed(error);
      tell({ type: 'group-failed', group, message: error.message, failures });
    }
  }
}

/** @throws TopologyError when the group around it takes nothing more */
function checkIsWorking(who: string, around: Group | undefined): void {
  if (around?.isWorking !== false) return;
  throw new TopologyError(`${who}: ${around.name} has failed, and takes no more stages`);
}

function isIntensity(option: string): boolean {
  return option !== 'when';
}
