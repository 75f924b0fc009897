/** What is measured. Each case is a program of its own, in `cases/`. */

export interface Case {
  readonly name: string;
  /** Its program, beside this file. */
  readonly program: string;
  /** What it is, and what one of the things counted is. */
  readonly what: string;
  readonly unit: 'µs' | 'ms' | 'bytes';
  /** `package`: what is built, which is what a user has. */
  readonly runs: 'sources' | 'package';
  readonly flags: readonly string[];
  readonly args: readonly string[];
}

export const catalogue: readonly Case[] = [
  roundTrip('bare-ping-pong', 'bare socket pair, streams: there and back'),
  roundTrip('bare-pipes', 'two bare pipes, no streams: there and back'),
  roundTrip('handover-supervisor-child', 'one send by the supervisor: deliver, taken'),
  roundTrip('bare-relay', 'bare sockets, child A → parent → child B → parent → child A'),
  roundTrip('handover-child-child', 'one send by child A: offer, deliver to B, taken, completed'),
  roundTrip('fork-json', 'child_process.fork, JSON: there and back'),
  roundTrip('fork-advanced', 'child_process.fork, advanced: there and back'),
  roundTrip('worker-threads', 'postMessage to a thread: there and back (no isolation)'),
  roundTrip('python-pipe', 'Python, multiprocessing.Pipe: there and back', 'cases/python-pipe.py'),
  roundTrip('handover-in-process', 'one send between two tasks of one process'),
  roundTrip('commstime', 'one of the four sends of a round, in a ring of four processes'),
  roundTrip(
    'stressed-alt-in-process',
    'one choice of a reader from 8 channels, on each of which 8 tasks send',
  ),
  roundTrip('stressed-alt', 'the same: a process chooses, 8 processes send on all 8 channels'),
  roundTrip('mixed-select', 'one choice of two processes that each offer to send and to receive'),
  ...[1, 8, 64, 512].map(selectOver),
  {
    name: 'idle-channels',
    program: 'cases/idle-channels.ts',
    what: 'memory of the supervisor per idle channel, of 10,000',
    unit: 'bytes',
    runs: 'sources',
    flags: ['--expose-gc'],
    args: [],
  },
  start('node-start', 'a Node that does nothing: start to exit', 'cases/node-start.ts'),
  start(
    'node-start-runtime',
    'a Node that only imports the runtime of a stage: start to exit',
    'cases/node-start.ts',
    '../peers/runtime.js',
  ),
  start(
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
];

function roundTrip(name: string, what: string, program = `cases/${name}.ts`): Case {
  return { name, program, what, unit: 'µs', runs: 'sources', flags: [], args: [] };
}

function selectOver(guards: number): Case {
  const channels = guards === 1 ? '1 channel' : `${guards} channels`;
  return {
    ...roundTrip(
      `select-${guards}`,
      `one choice of a process that waits on ${channels}; another sends on any of them`,
      'cases/select-over.ts',
    ),
    args: [String(guards)],
  };
}

function start(name: string, what: string, program: string, ...args: readonly string[]): Case {
  return { name, program, what, unit: 'ms', runs: 'package', flags: [], args };
}
