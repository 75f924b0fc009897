import { type Blame, type Bottleneck, blameAt, bottleneckOf, MeanBlame } from './bottleneck.ts';
import type { ChannelCounts, Moment, Part } from './observation.ts';

/** One channel, as it is shown. */
export interface Row extends ChannelCounts {
  readonly channel: string;
  /** Who sends on it and who receives from it: `reader`, `parser ×2`. */
  readonly from: string;
  readonly to: string;
  /** Values per second. */
  readonly rate: number;
}

/** What is shown. */
export interface View {
  /** Since the start. */
  readonly seconds: number;
  /** Of a run that has ended, as a whole. */
  readonly isWhole: boolean;
  readonly rows: readonly Row[];
  readonly bottleneck: Bottleneck | undefined;
}

/** The moments of one run: of the last few everything, of all before only what the end needs. */
export class Timeline {
  readonly #span: number;
  readonly #total = new MeanBlame();
  #first: Moment;
  /** From the one that is at least a span old, if any is, to the newest. */
  #recent: { readonly moment: Moment; readonly blame: Blame | undefined }[];

  /** @param span how far back, in milliseconds, a rate looks */
  constructor(span: number, first: Moment) {
    this.#span = span;
    this.#first = first;
    this.#recent = [{ moment: first, blame: undefined }];
  }

  add(moment: Moment): void {
    const blame = hasMoved(moment) ? blameAt(moment) : undefined;
    if (blame !== undefined) this.#total.add(blame);
    this.#recent.push({ moment, blame });
    while (this.#recent[1] !== undefined && moment.at - this.#recent[1].moment.at >= this.#span) {
      this.#recent.shift();
    }
  }

  /** How things are going: rates and blame of the last span. */
  now(): View {
    const mean = new MeanBlame();
    for (const { blame } of this.#recent.slice(1)) if (blame !== undefined) mean.add(blame);
    const [oldest] = this.#recent;
    return { ...this.#view(oldest?.moment ?? this.#first, mean), isWhole: false };
  }

  /** How it went: rates and blame of the whole run. */
  whole(): View {
    return { ...this.#view(this.#first, this.#total), isWhole: true };
  }

  #view(since: Moment, blame: MeanBlame): Omit<View, 'isWhole'> {
    const moment = this.#recent.at(-1)?.moment ?? this.#first;
    const seconds = (moment.at - since.at) / 1000;
    const rows = [...moment.channels].map(([channel, counts]) => {
      const taken = counts.taken - (since.channels.get(channel)?.taken ?? 0);
      return {
        ...counts,
        channel,
        from: holders(moment.parts, (part) => part.outputs.includes(channel)),
        to: holders(moment.parts, (part) => part.inputs.includes(channel)),
        rate: seconds > 0 ? taken / seconds : 0,
      };
    });
    return {
      seconds: (moment.at - this.#first.at) / 1000,
      rows,
      bottleneck: bottleneckOf(blame.mean()),
    };
  }
}

/** Before the first value is taken, the others wait for processes that are still starting. */
function hasMoved({ channels }: Moment): boolean {
  return [...channels.values()].some(({ taken }) => taken > 0);
}

function holders(parts: readonly Part[], hasEnd: (part: Part) => boolean): string {
  return parts
    .filter(hasEnd)
    .map(({ name, processes }) => (processes === 1 ? name : `${name} ×${processes}`))
    .join(', ');
}
