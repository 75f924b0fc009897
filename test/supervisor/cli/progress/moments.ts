/** Moments of topologies that do not exist. */
import type {
  ChannelCounts,
  Moment,
  Part,
} from '../../../../supervisor/cli/progress/observation.ts';

export function stage(name: string, part: Partial<Part>): Part {
  return { isStage: true, isOver: false, processes: 1, inputs: [], outputs: [], ...part, name };
}

export function ownCode(name: string, part: Partial<Part>): Part {
  return stage(name, { ...part, isStage: false });
}

export function channel(counts: Partial<ChannelCounts>): ChannelCounts {
  return { taken: 0, waitingSenders: 0, waitingReceivers: 0, isOver: false, ...counts };
}

export function moment(
  parts: readonly Part[],
  channels: Readonly<Record<string, ChannelCounts>>,
  at = 0,
): Moment {
  return { at, parts, channels: new Map(Object.entries(channels)) };
}
