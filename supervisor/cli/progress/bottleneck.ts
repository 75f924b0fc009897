/**
 * Which part of a running topology the others wait for.
 *
 * On a channel without a buffer nobody can hide behind a queue: who is ahead of the slowest part waits to
 * send, who is behind it waits to receive. So at any moment a part is *awaited* when somebody waits to send
 * to it, or waits to receive from it. It is *to blame* as far as it is awaited and does not wait itself:
 *
 *     blame = 0                                        nobody waits for it
 *     blame = 1 − (its waiting processes ÷ all its)    else
 *
 * The reader of `reader → parser → writer` with a slow parser waits, as does the writer; both are awaited by
 * nobody or wait themselves, and only the parser has blame. When all keep pace, blame is small everywhere,
 * and there is no bottleneck to name.
 *
 * The mean over many moments is the part of the time for which a part held up the others. A process that
 * waits on one channel while it works for another counts as waiting: it is blamed too little, never too much.
 */
import type { Moment, Part } from './observation.ts';

/** From 0 to 1, by the name of the part. */
export type Blame = ReadonlyMap<string, number>;

export interface Bottleneck {
  readonly name: string;
  /** The part of the time, from 0 to 1, for which it held up the others. */
  readonly share: number;
}

/** Below this share, parts that keep pace hold each other up at random. */
const leastShare = 0.2;

/** The part with the most blame, unless nobody has much. */
export function bottleneckOf(blame: Blame): Bottleneck | undefined {
  let worst: Bottleneck | undefined;
  for (const [name, share] of blame) {
    if (share >= (worst?.share ?? leastShare)) worst = { name, share };
  }
  return worst;
}

/** The blame of each part at one moment. */
export function blameAt({ parts, channels }: Pick<Moment, 'parts' | 'channels'>): Blame {
  const present = parts.filter((part) => !part.isOver);
  const blame = new Map(present.map((part) => [part.name, blameOf(part, channels)]));
  const isStageToBlame = present.some(({ name, isStage }) => isStage && (blame.get(name) ?? 0) > 0);
  // A channel that the program's own code rarely uses keeps a stage waiting: that holds up nothing.
  if (isStageToBlame) for (const part of present) if (!part.isStage) blame.set(part.name, 0);
  return blame;
}

/** The mean over many moments; a part that was not there at a moment had no blame. */
export class MeanBlame {
  readonly #sums = new Map<string, number>();
  #moments = 0;

  add(blame: Blame): this {
    for (const [name, share] of blame) this.#sums.set(name, (this.#sums.get(name) ?? 0) + share);
    this.#moments++;
    return this;
  }

  mean(): Blame {
    return new Map([...this.#sums].map(([name, sum]) => [name, sum / this.#moments]));
  }
}

function blameOf(part: Part, channels: Moment['channels']): number {
  const sending = (channel: string) => channels.get(channel)?.waitingSenders ?? 0;
  const receiving = (channel: string) => channels.get(channel)?.waitingReceivers ?? 0;
  const isAwaited =
    part.inputs.some((channel) => sending(channel) > 0) ||
    part.outputs.some((channel) => receiving(channel) > 0);
  if (!isAwaited) return 0;
  const waits = sum(part.inputs.map(receiving)) + sum(part.outputs.map(sending));
  return Math.max(0, 1 - waits / part.processes);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
