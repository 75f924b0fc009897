import type { Supervisor } from '../../supervisor.ts';
import { LiveBlock } from './live-block.ts';
import { observe } from './observation.ts';
import { PlainLines } from './plain-lines.ts';
import type { Screen } from './screen.ts';
import { Timeline } from './timeline.ts';

export const progressModes = ['auto', 'live', 'lines', 'off'] as const;

/** `auto`: live on a terminal, lines elsewhere. */
export type ProgressMode = (typeof progressModes)[number];

export interface ProgressManner {
  readonly progress: ProgressMode;
  /** Over how many seconds a rate is measured; plain lines come as often. */
  readonly interval: number;
}

/** How often, in milliseconds, the supervisor is asked. */
const samplingPeriod = 100;

/**
 * Shows how the channels of a running topology are doing, until it is disposed of; then, how they did.
 *
 * @param ownCode what to call the code that made the topology
 */
export function showProgress(
  supervisor: Supervisor,
  ownCode: string,
  { progress, interval }: ProgressManner,
): Disposable {
  const screen = screenFor(progress, interval * 1000);
  if (screen === undefined) return { [Symbol.dispose]: () => {} };
  const look = () => observe(supervisor, ownCode, performance.now());
  const timeline = new Timeline(interval * 1000, look());
  const sampling = setInterval(() => timeline.add(look()), samplingPeriod);
  const showing = setInterval(() => screen.show(timeline.now()), screen.every);
  // That somebody looks on is no reason to go on.
  sampling.unref();
  showing.unref();
  return {
    [Symbol.dispose]() {
      clearInterval(sampling);
      clearInterval(showing);
      timeline.add(look());
      screen.finish(timeline.whole());
    },
  };
}

function screenFor(mode: ProgressMode, interval: number): Screen | undefined {
  switch (mode) {
    case 'auto': {
      const isTerminal = process.stderr.isTTY && process.env.TERM !== 'dumb';
      return isTerminal ? new LiveBlock() : new PlainLines(interval);
    }
    case 'live':
      return new LiveBlock();
    case 'lines':
      return new PlainLines(interval);
    case 'off':
      return undefined;
  }
}
