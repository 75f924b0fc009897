/** What is measured. Each case is a program of its own, in `cases/`, `packages/` or `native/`. */

import { type Language, languages } from './languages/languages.ts';

/** Cases whose figures can be put side by side. */
export interface Group {
  readonly name: string;
  readonly title: string;
}

export interface Case {
  readonly name: string;
  readonly group: Group;
  /** Its program, beside this file. One without an extension is made by its language. */
  readonly program: string;
  /** The languages without whose stages it cannot run. */
  readonly languages: readonly Language[];
  /** What it is, and what one of the things counted is. */
  readonly what: string;
  readonly by: 'handover' | 'peer';
  readonly unit: 'µs' | 'ms' | 'bytes' | '%';
  /** `package`: what is built, which is what a user has. */
  readonly runs: 'sources' | 'package';
  /** Whether it goes by a stopwatch: then what a lap costs the processors can be counted, too. */
  readonly hasLaps: boolean;
  readonly flags: readonly string[];
  readonly args: readonly string[];
}

const roundTrips = { name: 'round-trips', title: 'There and back, 24 bytes' };
export const ofLanguages: Group = { name: 'languages', title: 'Between languages, 24 bytes' };
const inProcess = { name: 'in-process', title: 'Inside one process, one rendezvous' };
const oneWay = { name: 'one-way', title: 'One way, small objects' };
const many = { name: 'pipelines', title: 'Many direct pipelines at once, small objects' };
const shares = { name: 'shares', title: 'Processor time of the supervisor' };
const large = { name: 'large', title: '1 MiB, each acknowledged' };
const choices = { name: 'choices', title: 'Choices' };
const links = { name: 'links', title: 'A supervisor with many links, one rendezvous' };
const channels = { name: 'channels', title: 'Memory per idle channel' };
const starts = { name: 'starts', title: 'Starts' };

export const groups: readonly Group[] = [
  roundTrips,
  ofLanguages,
  inProcess,
  oneWay,
  many,
  shares,
  large,
  choices,
  links,
  channels,
  starts,
];

export const catalogue: readonly Case[] = [
  ...[
    native('c-pipes', 'C over two pipes: what the system charges', 'native/ping-pong.c', 'pipes'),
    native('c-socket-pair', 'C over a socket pair', 'native/ping-pong.c', 'socket'),
    peer('bare-ping-pong', 'bare socket pair, streams: there and back'),
    peer('bare-pipes', 'two bare pipes, no streams: there and back'),
    peer('bare-rendezvous', 'by hand over two pipes: msgpackr, a promise for each, a byte back'),
    ours('handover-supervisor-child', 'one send by the supervisor: deliver, taken'),
    peer('bare-relay', 'bare sockets, child A → parent → child B → parent → child A'),
    ours('handover-child-child', 'one send by child A, directly to B: the value, its answer'),
    {
      ...ours(
        'handover-relayed',
        'the same through the supervisor: offer, deliver, taken, completed',
        'cases/handover-child-child.ts',
      ),
      args: ['relayed'],
    },
    ours('commstime', 'one of the four sends of a round, in a ring of four processes'),
    peer('bare-commstime', 'the same ring over bare pipes, each value answered by a byte'),
    peer('fork-json', 'child_process.fork, JSON: there and back'),
    peer('fork-advanced', 'child_process.fork, advanced: there and back'),
    peer('execa-strict', 'execa, sendMessage with strict: a listener was there'),
    peer('worker-threads', 'postMessage to a thread: there and back (no isolation)'),
    peer('zeromq', 'zeromq, REQ and REP over ipc: there and back', 'packages/zeromq.js'),
    native('python-pipe', 'Python, multiprocessing.Pipe: there and back', 'cases/python-pipe.py'),
  ].map(within(roundTrips)),
  ...[
    ...languages.flatMap((from) => languages.map((to) => between(from, to))),
    ...languages.map(bare),
    native(
      'multiprocessing-pipe',
      'Python, multiprocessing.Pipe: there and back',
      'cases/python-pipe.py',
    ),
  ].map(within(ofLanguages)),
  ...[
    ours('handover-in-process', 'one send between two tasks of one process'),
    peer('nodeguy-channel', '@nodeguy/channel: one push, shifted', 'packages/nodeguy-channel.js'),
    peer('js-csp', 'js-csp: one put, taken', 'packages/csp.js'),
    native('go-channel', 'Go: one send on an unbuffered channel', 'native/channel.go'),
  ].map(within(inProcess)),
  ...[
    sending('one-way-handover', 'child to child, 64 times send, then the next 64', 'send-window'),
    sending('one-way-send-all', 'child to child, sendAll with 64 on their way', 'send-all'),
    peer('bare-one-way', 'msgpackr over bare pipes, child to child, a byte back for each'),
    peer('one-way-fork-json', 'fork, JSON, child to child, one word back for each 64'),
    peer('one-way-fork-json-direct', 'the same, from the parent straight to its child'),
    peer('one-way-worker-threads', 'postMessage, thread to thread, one word back for each 64'),
  ].map(within(oneWay)),
  ...[
    pipelines('pipelines-1', 'one value, of one pipeline on one core', '1', 'time', 'one-core'),
    pipelines(
      'pipelines-16',
      'one value, of 16 pipelines on all cores: of each core',
      '16',
      'time',
    ),
    pipelines(
      'pipelines-1-crowded',
      'one value, of one pipeline beside 15 bare ones: processor time of the one',
      '1',
      'time',
      'crowded',
    ),
  ].map(within(many)),
  ...[
    {
      ...pipelines(
        'pipelines-16-share',
        'the supervisor beside 16 direct pipelines',
        '16',
        'share',
      ),
      unit: '%' as const,
    },
  ].map(within(shares)),
  ...[
    ours('large-handover', 'one send of 1 MiB by the supervisor: deliver, taken'),
    peer('large-socket', 'bare socket pair: 1 MiB, and a byte back'),
    peer('large-fork-advanced', 'child_process.fork, advanced: 1 MiB, and a word back'),
    peer('large-memory', 'one process: 1 MiB into a file in memory, and out of it into new memory'),
  ].map(within(large)),
  ...[
    ours(
      'stressed-alt-in-process',
      'one choice of a reader from 8 channels, on each of which 8 tasks send',
    ),
    ours('stressed-alt', 'the same: a process chooses, 8 processes send on all 8 channels'),
    ours('mixed-select', 'one choice of two processes that each offer to send and to receive'),
    ...[1, 8, 64, 512].map(selectOver),
  ].map(within(choices)),
  ...[manyLinks(2), manyLinks(1_000), manyObjects(2), manyObjects(1_000)].map(within(links)),
  ...[10_000, 100_000].map(idleChannels).map(within(channels)),
  ...[
    peerStart('node-start', 'a Node that does nothing: start to exit', 'cases/node-start.ts'),
    peerStart(
      'node-start-runtime',
      'a Node that only imports the runtime of a stage: start to exit',
      'cases/node-start.ts',
      '../peers/runtime.js',
    ),
    start('stage-start', 'supervisor.stage() to the first value taken', 'cases/stage-start.ts'),
    peerStart(
      'bare-death',
      'a Node that was started by child_process.fork: SIGKILL to its exit',
      'cases/bare-death.ts',
    ),
    peerStart(
      'bare-recovery',
      'the least by hand, child_process.fork: SIGKILL to the next value acknowledged',
      'cases/bare-recovery.ts',
    ),
    start(
      'recovery',
      'SIGKILL of a stage’s process to the next value taken by its successor',
      'cases/recovery.ts',
      '0',
    ),
    start('recovery-spare', 'the same, with a spare', 'cases/recovery.ts', '1'),
  ].map(within(starts)),
];

type Ungrouped = Omit<Case, 'group'>;

function within(group: Group): (one: Ungrouped) => Case {
  return (one) => ({ ...one, group });
}

/** By the stopwatch. */
function ours(name: string, what: string, program = `cases/${name}.ts`): Ungrouped {
  return {
    name,
    program,
    languages: [],
    what,
    by: 'handover',
    unit: 'µs',
    runs: 'sources',
    hasLaps: true,
    flags: [],
    args: [],
  };
}

function peer(name: string, what: string, program?: string): Ungrouped {
  return { ...ours(name, what, program), by: 'peer' };
}

/** In another language, with a clock of its own. */
function native(name: string, what: string, program: string, ...args: string[]): Ungrouped {
  return { ...peer(name, what, program), hasLaps: false, args };
}

/** A stage in one language sends to a stage in another. */
function between(from: Language, to: Language): Ungrouped {
  return {
    ...ours(
      pairName(from, to),
      `one send by a stage in ${from.title}, taken by one in ${to.title}`,
      'cases/between-languages.ts',
    ),
    languages: [from, to],
    args: [from.name, to.name],
  };
}

export function pairName(from: Language, to: Language): string {
  return `${from.name}-to-${to.name}`;
}

/** The least that two processes in a language can do. */
function bare(language: Language): Ungrouped {
  return {
    ...peer(
      bareName(language),
      `${language.title} over two pipes: there, and a byte back`,
      language.pingPong,
    ),
    languages: [language],
  };
}

export function bareName({ name }: Language): string {
  return `bare-${name}`;
}

function sending(name: string, what: string, sender: string): Ungrouped {
  return { ...ours(name, what, 'cases/one-way-handover.ts'), args: [`../peers/${sender}.ts`] };
}

function pipelines(name: string, what: string, ...args: string[]): Ungrouped {
  return { ...ours(name, what, 'cases/pipelines.ts'), hasLaps: false, args };
}

function selectOver(guards: number): Ungrouped {
  const channels = guards === 1 ? '1 channel' : `${guards} channels`;
  return {
    ...ours(
      `select-${guards}`,
      `one choice of a process that waits on ${channels}; another sends on any of them`,
      'cases/select-over.ts',
    ),
    args: [String(guards)],
  };
}

function manyLinks(count: number): Ungrouped {
  return {
    ...ours(
      `links-${count}`,
      `what a supervisor with ${count} simulated links does for one rendezvous`,
      'cases/many-links.ts',
    ),
    args: [String(count)],
  };
}

function manyObjects(links: number): Ungrouped {
  return {
    ...peer(
      `memory-${links}`,
      `of ${links} links as many objects as a rendezvous deals with, touched and nothing else`,
      'cases/many-objects.ts',
    ),
    args: [String(links)],
  };
}

function idleChannels(count: number): Ungrouped {
  return {
    ...ours(
      `idle-channels-${count}`,
      `memory of the supervisor per idle channel, of ${count.toLocaleString('en')}`,
      'cases/idle-channels.ts',
    ),
    unit: 'bytes',
    hasLaps: false,
    flags: ['--expose-gc'],
    args: [String(count)],
  };
}

function start(name: string, what: string, program: string, ...args: string[]): Ungrouped {
  return { ...ours(name, what, program), unit: 'ms', runs: 'package', hasLaps: false, args };
}

function peerStart(name: string, what: string, program: string, ...args: string[]): Ungrouped {
  return { ...start(name, what, program, ...args), by: 'peer' };
}
