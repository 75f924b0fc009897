import type { Stage } from '../../stages/stage.ts';
import type { Supervisor } from '../../supervisor.ts';

/** Who holds ends: a stage, or the program's own code. */
export interface Part {
  readonly name: string;
  readonly isStage: boolean;
  readonly isOver: boolean;
  /** How many processes it has: each waits by itself. */
  readonly processes: number;
  /** The channels that it receives from, and sends on. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface ChannelCounts {
  readonly taken: number;
  /** Sends that nobody has taken, those that a receiver works on included. */
  readonly waitingSenders: number;
  readonly waitingReceivers: number;
  readonly isOver: boolean;
}

/** What is to be seen of a topology at one moment. */
export interface Moment {
  /** In milliseconds, of a clock that only goes forward. */
  readonly at: number;
  readonly parts: readonly Part[];
  readonly channels: ReadonlyMap<string, ChannelCounts>;
}

/** @param ownCode what to call the program's own code, which holds every end that no stage holds */
export function observe(supervisor: Supervisor, ownCode: string, at: number): Moment {
  const stages = supervisor.stages.map(partOf);
  // Who has the ends of others, such as channels for replies that stages make, is not known here.
  const known = new Set(stages.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
  const channels = new Map(
    [...supervisor.statistics()]
      .filter(([name]) => known.has(name))
      .map(([name, channel]) => [
        name,
        {
          taken: channel.taken,
          waitingSenders: channel.waitingSenders + channel.inHand,
          waitingReceivers: channel.waitingReceivers,
          isOver: channel.senders === 0 && channel.receivers === 0,
        },
      ]),
  );
  return { at, channels, parts: [...stages, ownPart(ownCode, stages, [...channels.keys()])] };
}

function partOf(stage: Stage): Part {
  const on = (side: 'send' | 'receive') =>
    stage.ends.filter((end) => end.side === side).map((end) => end.channel);
  return {
    name: stage.name,
    isStage: true,
    isOver: stage.isOver,
    processes: stage.report.exits.length,
    inputs: on('receive'),
    outputs: on('send'),
  };
}

function ownPart(name: string, stages: readonly Part[], channels: readonly string[]): Part {
  const inputs = new Set(stages.flatMap((stage) => stage.inputs));
  const outputs = new Set(stages.flatMap((stage) => stage.outputs));
  return {
    name,
    isStage: false,
    isOver: false,
    processes: 1,
    inputs: channels.filter((channel) => !inputs.has(channel)),
    outputs: channels.filter((channel) => !outputs.has(channel)),
  };
}
