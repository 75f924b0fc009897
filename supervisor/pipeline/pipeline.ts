import { checkKnown, type NamesOf } from '../../src/ends/known-options.ts';
import type { Channel } from '../../src/ends/pair.ts';
import type { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import type { ChannelOptions } from '../../src/ends/terms.ts';
import { TopologyError } from '../../src/errors.ts';
import { type AllStageOptions, type StageOptions, stageNames } from '../options.ts';
import type { Stage } from '../stages/stage.ts';
import type { Supervisor } from '../supervisor.ts';

/** One stage of a pipeline. It finds its ends as `input` and `output`, beside those in `ends`. */
export type PipelineStage = StageOptions & JointOptions;

/** How it is connected to the stage before it. */
export interface JointOptions {
  /** The channel that leads to this stage. Default: a rendezvous. */
  readonly channel?: ChannelOptions<never>;
  /**
   * Whether what comes out of several replicas keeps the order of what went in. Each replica must then send
   * exactly one value for each that it receives. Default false: whoever is first.
   */
  readonly ordered?: boolean;
}

/** What a pipeline is connected to. Without: its first stage has no `input`, its last no `output`. */
export interface PipelineEnds {
  readonly from?: Receiver<unknown>;
  readonly to?: Sender<never>;
}

/**
 * Starts stages one after the other, each with a channel to the next, named `first → second`.
 *
 * @example
 * pipeline(supervisor, {
 *   reader: { module: new URL('./reader.ts', import.meta.url) },
 *   parser: { module: new URL('./parser.ts', import.meta.url), replicas: 2 },
 *   writer: { module: new URL('./writer.ts', import.meta.url) },
 * });
 * await supervisor.finished();
 * @returns the stages, by name; of an ordered one, its replicas are `name.1`, `name.2`, …
 * @throws TopologyError when there is no stage, or a stage cannot be made
 */
export function pipeline(
  supervisor: Supervisor,
  stages: Readonly<Record<string, PipelineStage>>,
  { from, to }: PipelineEnds = {},
): ReadonlyMap<string, Stage> {
  const names = Object.keys(stages);
  const [head] = names;
  if (head === undefined) throw new TopologyError('a pipeline needs at least one stage');
  for (const [name, options] of Object.entries(stages)) {
    checkKnown<AllStageOptions & JointOptions>(`stage "${name}"`, options, pipelineNames);
  }
  if (stages[head]?.channel !== undefined) {
    throw new TopologyError(
      `stage "${head}" is the first of its pipeline: no channel is made that leads to it, so \`channel\` says nothing`,
    );
  }
  const started = new Map<string, Stage>();
  let input: Receiver<unknown> | undefined = from;
  for (const [index, name] of names.entries()) {
    const options = stages[name] as PipelineStage;
    const next = names[index + 1];
    const joint = next === undefined ? undefined : joinTo(supervisor, name, next, stages[next]);
    const output: Sender<never> | undefined = joint === undefined ? to : joint.sender;
    for (const stage of start(supervisor, name, options, input, output)) {
      started.set(stage.name, stage);
    }
    input = joint?.receiver;
  }
  return started;
}

const pipelineNames: NamesOf<AllStageOptions & JointOptions> = {
  ...stageNames,
  channel: true,
  ordered: true,
};

function joinTo(
  supervisor: Supervisor,
  name: string,
  next: string,
  options: PipelineStage | undefined,
): Channel<never> {
  return supervisor.channel<never>(`${name} → ${next}`, options?.channel);
}

function start(
  supervisor: Supervisor,
  name: string,
  { ordered = false, channel: _channel, ...options }: PipelineStage,
  input: Receiver<unknown> | undefined,
  output: Sender<never> | undefined,
): readonly Stage[] {
  const replicas = options.replicas ?? 1;
  if (ordered && replicas > 1 && input !== undefined && output !== undefined) {
    return supervisor.orderedReplicas(name, options, input, output);
  }
  const ends = { ...options.ends, ...(input && { input }), ...(output && { output }) };
  return [supervisor.stage(name, { ...options, ends })];
}
