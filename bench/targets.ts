/** What there is to reach, and whether it was reached. */
import { bareName, pairName } from './catalogue.ts';
import type { Outcome, Placement } from './harness.ts';
import { type Language, languages } from './languages/languages.ts';
import { type Spread, spreadOf } from './spread.ts';
import { ofLap } from './work.ts';

/** One figure has to stay within a limit: as it is, or beside another case's of the same run. */
export interface Target {
  readonly what: string;
  readonly of: string;
  /** Of several cases the fastest; none: the figure itself is judged. */
  readonly beside: readonly string[];
  /** `≥`: how many times as fast; the others: how many times as long, or as large. */
  readonly sign: '≤' | '<' | '≥';
  readonly limit: number;
  /** Where it counts; undefined: anywhere. */
  readonly placement?: Placement;
}

export interface Verdict {
  readonly target: Target;
  readonly verdict: 'PASS' | 'MISS' | 'not measured';
  /** Of the rounds, in each of which the cases took turns, so that they met the same machine: the median is judged. */
  readonly figure: Spread | undefined;
  /** Whether the limit lies within the spread: another run may find otherwise. */
  readonly isClose: boolean;
  /** From the least work for a lap of each, where that was counted: other work on the machine is not in it. */
  readonly figureOfWork: number | undefined;
}

const javaScriptChannels = ['js-csp', 'nodeguy-channel'];
/** In µs: a communication of commstime between processes of the operating system, as PyCSP has published it. */
const pycsp = 415;

const targets: readonly Target[] = [
  {
    what: 'supervisor ↔ child, beside the bare ping-pong',
    of: 'handover-supervisor-child',
    beside: ['bare-ping-pong'],
    sign: '≤',
    limit: 1.25,
  },
  {
    what: 'child ↔ child, beside the bare ping-pong over the same kind of pipes',
    of: 'handover-child-child',
    beside: ['bare-pipes'],
    sign: '≤',
    limit: 1.15,
  },
  {
    what: 'a rendezvous by hand itself, beside the bare ping-pong over the same kind of pipes',
    of: 'bare-rendezvous',
    beside: ['bare-pipes'],
    sign: '≤',
    limit: 1.15,
  },
  {
    what: 'child ↔ child, beside a rendezvous by hand',
    of: 'handover-child-child',
    beside: ['bare-rendezvous'],
    sign: '≤',
    limit: 1.15,
  },
  {
    what: 'child ↔ child, beside child_process.fork with JSON',
    of: 'handover-child-child',
    beside: ['fork-json'],
    sign: '≤',
    limit: 0.8,
  },
  {
    what: 'child ↔ child, beside Python’s multiprocessing.Pipe',
    of: 'handover-child-child',
    beside: ['python-pipe'],
    sign: '≤',
    limit: 0.9,
  },
  {
    what: 'child ↔ child through the supervisor, beside the bare relay',
    of: 'handover-relayed',
    beside: ['bare-relay'],
    sign: '≤',
    limit: 1.15,
  },
  {
    what: 'supervisor ↔ child, beside child_process.fork with JSON',
    of: 'handover-supervisor-child',
    beside: ['fork-json'],
    sign: '<',
    limit: 1,
  },
  {
    what: 'a communication of commstime, beside the bare ping-pong',
    of: 'commstime',
    beside: ['bare-ping-pong'],
    sign: '≤',
    limit: 1.3,
  },
  {
    what: 'a communication of commstime, beside the same ring over bare pipes',
    of: 'commstime',
    beside: ['bare-commstime'],
    sign: '≤',
    limit: 1.3,
  },
  {
    what: `µs of a communication of commstime: 0.15 of the ${pycsp} that PyCSP has published`,
    of: 'commstime',
    beside: [],
    sign: '≤',
    limit: 0.15 * pycsp,
  },
  ...languages.map(withItself),
  {
    what: 'Python ↔ Python, beside multiprocessing.Pipe',
    of: 'python-to-python',
    beside: ['multiprocessing-pipe'],
    sign: '≤',
    limit: 1,
  },
  {
    what: 'in one process, beside the faster of two CSP libraries for JavaScript',
    of: 'handover-in-process',
    beside: javaScriptChannels,
    sign: '≤',
    limit: 1.5,
  },
  {
    what: 'the rate one way, beside child_process.fork with JSON, child to child',
    of: 'one-way-send-all',
    beside: ['one-way-fork-json'],
    sign: '≥',
    limit: 5,
  },
  {
    what: 'the same, beside child_process.fork from the parent straight to its child',
    of: 'one-way-send-all',
    beside: ['one-way-fork-json-direct'],
    sign: '≥',
    limit: 5,
  },
  {
    what: 'the same, beside msgpackr over bare pipes with an answer to each',
    of: 'one-way-send-all',
    beside: ['bare-one-way'],
    sign: '≥',
    limit: 0.8,
  },
  {
    what: 'msgpackr over bare pipes itself, beside child_process.fork with JSON, child to child',
    of: 'bare-one-way',
    beside: ['one-way-fork-json'],
    sign: '≥',
    limit: 5,
  },
  {
    what: 'the same, beside postMessage from thread to thread, on several cores',
    of: 'one-way-send-all',
    beside: ['one-way-worker-threads'],
    sign: '≥',
    limit: 1.5,
    placement: 'unpinned',
  },
  {
    what: 'msgpackr over bare pipes itself, beside postMessage from thread to thread, on several cores',
    of: 'bare-one-way',
    beside: ['one-way-worker-threads'],
    sign: '≥',
    limit: 1.5,
    placement: 'unpinned',
  },
  {
    what: 'the rate of 16 direct pipelines, beside that of one on one core × the cores',
    of: 'pipelines-16',
    beside: ['pipelines-1'],
    sign: '≥',
    limit: 0.9,
  },
  {
    what: 'the rate of one itself while 15 bare pipelines have their turns, too, beside that of one on one core',
    of: 'pipelines-1-crowded',
    beside: ['pipelines-1'],
    sign: '≥',
    limit: 0.9,
  },
  {
    what: 'the rate of 16 direct pipelines, beside that of one while 15 bare ones have their turns, too',
    of: 'pipelines-16',
    beside: ['pipelines-1-crowded'],
    sign: '≥',
    limit: 0.9,
  },
  {
    what: '% of the processor time that the supervisor takes beside 16 direct pipelines',
    of: 'pipelines-16-share',
    beside: [],
    sign: '<',
    limit: 1,
  },
  {
    what: 'the rate of 1 MiB, beside a bare socket with an acknowledgement',
    of: 'large-handover',
    beside: ['large-socket'],
    sign: '≥',
    limit: 0.8,
  },
  {
    what: 'the rate of 1 MiB, beside child_process.fork, advanced',
    of: 'large-handover',
    beside: ['large-fork-advanced'],
    sign: '≥',
    limit: 4,
  },
  ...[8, 64, 512].map(growthOver),
  {
    what: 'the rate of a supervisor with 1,000 links, beside one with 2',
    of: 'links-1000',
    beside: ['links-2'],
    sign: '≥',
    limit: 0.7,
  },
  ...[10_000, 100_000].map(memoryOf),
  {
    what: 'start of a stage to its first value, beside a start of Node with the same imports',
    of: 'stage-start',
    beside: ['node-start-runtime'],
    sign: '≤',
    limit: 1.25,
  },
  {
    what: 'recovery, beside a bare start of Node',
    of: 'recovery',
    beside: ['node-start'],
    sign: '≤',
    limit: 1.5,
  },
  {
    what: 'recovery, beside the least by hand',
    of: 'recovery',
    beside: ['bare-recovery'],
    sign: '≤',
    limit: 1.5,
  },
  {
    what: 'the least by hand itself, beside a bare start of Node',
    of: 'bare-recovery',
    beside: ['node-start'],
    sign: '≤',
    limit: 1.5,
  },
  {
    what: 'recovery, beside a start of Node that imports the runtime',
    of: 'recovery',
    beside: ['node-start-runtime'],
    sign: '≤',
    limit: 1.5,
  },
  {
    what: 'ms of recovery with a spare',
    of: 'recovery-spare',
    beside: [],
    sign: '<',
    limit: 10,
  },
];

function withItself(language: Language): Target {
  return {
    what: `${language.title} ↔ ${language.title}, beside the bare ping-pong of ${language.title}`,
    of: pairName(language, language),
    beside: [bareName(language)],
    sign: '≤',
    limit: 1.5,
  };
}

/** A choice among many guards costs more than among one, but less than so many times as much. */
function growthOver(guards: number): Target {
  return {
    what: `a choice from ${guards} channels, beside one from 1`,
    of: `select-${guards}`,
    beside: ['select-1'],
    sign: '<',
    limit: guards,
  };
}

function memoryOf(count: number): Target {
  return {
    what: `bytes per idle channel in the supervisor, of ${count.toLocaleString('en')}`,
    of: `idle-channels-${count}`,
    beside: [],
    sign: '≤',
    limit: 1024,
  };
}

/** On the targets that the cases of this run are about. */
export function judge(outcomes: ReadonlyMap<string, Outcome>, placement: Placement): Verdict[] {
  return targets
    .filter((target) => outcomes.has(target.of))
    .map((target): Verdict => {
      const counts = (target.placement ?? placement) === placement;
      const figures = counts ? figuresFor(target, outcomes) : [];
      const figureOfWork = counts
        ? figureFor(target, (name) => leastWork(outcomes.get(name)))
        : undefined;
      if (figures.length === 0) {
        return { target, verdict: 'not measured', figure: undefined, isClose: false, figureOfWork };
      }
      const figure = spreadOf(figures);
      const verdict = isReached(target, figure.median) ? 'PASS' : 'MISS';
      const isClose = isReached(target, figure.least) !== isReached(target, figure.most);
      return { target, verdict, figure, isClose, figureOfWork };
    });
}

function isReached({ sign, limit }: Target, figure: number): boolean {
  switch (sign) {
    case '≤':
      return figure <= limit;
    case '<':
      return figure < limit;
    case '≥':
      return figure >= limit;
  }
}

/** One for each round. */
function figuresFor(target: Target, outcomes: ReadonlyMap<string, Outcome>): number[] {
  const rounds = roundsOf(outcomes.get(target.of));
  return rounds.flatMap(
    (_, round) => figureFor(target, (name) => roundsOf(outcomes.get(name))[round]) ?? [],
  );
}

function figureFor(
  { of, beside, sign }: Target,
  measuredOf: (name: string) => number | undefined,
): number | undefined {
  const figure = measuredOf(of);
  if (figure === undefined || beside.length === 0) return figure;
  const others = beside.flatMap((name) => measuredOf(name) ?? []);
  // Of several the fastest is meant: while one is not measured, nobody knows which that is.
  if (others.length < beside.length) return undefined;
  const other = Math.min(...others);
  return sign === '≥' ? other / figure : figure / other;
}

function roundsOf(outcome: Outcome | undefined): readonly number[] {
  return outcome?.is === 'measured' ? outcome.figures : [];
}

function leastWork(outcome: Outcome | undefined): number | undefined {
  if (outcome?.is !== 'measured' || outcome.work === undefined) return undefined;
  return ofLap(outcome.work).least;
}
