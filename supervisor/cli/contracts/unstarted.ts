import type { StageGroup, StageOptions } from '../../options.ts';
import type { Stage } from '../../stages/stage.ts';
import { Supervisor } from '../../supervisor.ts';

/** A supervisor for those who want to know its channels: it starts nothing. */
export class Unstarted extends Supervisor {
  override stage(name: string, options: StageOptions): Stage {
    // Who waits for one at the end of a channel waits for ever, as if it had not come to its first line.
    return inert(name, options);
  }

  override orderedReplicas(name: string, options: StageOptions): readonly Stage[] {
    return [inert(name, options)];
  }

  override group(name: string): StageGroup {
    return {
      name,
      stage: inert,
      group: (inner) => this.group(inner),
    };
  }
}

/** What code may ask of a stage that it has made. */
function inert(name: string, _: StageOptions): Stage {
  const stage: Partial<Stage> = {
    name,
    processIds: [],
    ends: [],
    report: { name, outcome: 'running', exits: [], restarts: 0, recycled: 0 },
    processes: [],
    isOver: false,
    isSource: false,
    recycle: () => {},
    shutdown: () => {},
    signal: () => {},
  };
  return stage as Stage;
}
