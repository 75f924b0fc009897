/** What is measured. Each case is a program of its own, in `cases/`. */

export interface Case {
  readonly name: string;
  /** Its program, beside this file. */
  readonly program: string;
  /** What it is, and what one of the things counted is. */
  readonly what: string;
  readonly unit: 'µs' | 'bytes';
  readonly flags: readonly string[];
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
  {
    name: 'idle-channels',
    program: 'cases/idle-channels.ts',
    what: 'memory of the supervisor per idle channel, of 10,000',
    unit: 'bytes',
    flags: ['--expose-gc'],
  },
];

function roundTrip(name: string, what: string, program = `cases/${name}.ts`): Case {
  return { name, program, what, unit: 'µs', flags: [] };
}
