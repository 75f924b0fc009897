/** One event of each type, as a supervisor tells of it. */
import type { Failure, SupervisorEvent } from 'handover';
import { lineOf } from '../../../supervisor/log/line.ts';
import type { LogLine } from '../../../supervisor/log/log.ts';

type EventOf<T extends SupervisorEvent['type']> = Extract<SupervisorEvent, { readonly type: T }>;

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const who = { at, stage: 'parser', replica: 1, processId: 4711 };
const failure: Failure = {
  code: 'STAGE_FAILED',
  message: 'stage "parser" (replica 2) was killed by SIGKILL after 1.2 s (process 4711)',
  stage: 'parser',
  signal: 'SIGKILL',
  stderr: ['its last', 'words'],
};

export const moments: { readonly [T in SupervisorEvent['type']]: EventOf<T> } = {
  started: { ...who, type: 'started' },
  ready: { ...who, type: 'ready', milliseconds: 120, isSpare: false },
  ended: { ...who, type: 'ended', milliseconds: 1234 },
  crashed: { ...who, type: 'crashed', milliseconds: 1234, failure },
  reported: { ...who, type: 'reported', file: '/srv/crash.json' },
  stopped: { ...who, type: 'stopped', milliseconds: 1234, why: 'everything is ended' },
  restarting: { ...who, type: 'restarting', delay: 99.5, restart: 2 },
  recycling: { ...who, type: 'recycling', why: 'stage.recycle() was called' },
  limit: { ...who, type: 'limit', limit: 'memoryBytes', allowed: 1000, used: 1024 },
  hang: { ...who, type: 'hang', what: 'busy', milliseconds: 5000 },
  printed: { ...who, type: 'printed', stream: 'stdout', line: 'hello' },
  redelivered: { at, type: 'redelivered', channel: 'lines', attempts: 1, failure },
  'dead-lettered': {
    at,
    type: 'dead-lettered',
    channel: 'lines',
    deadLetters: 'dead lines',
    attempts: 2,
    failures: [failure, { code: 'ERROR', message: 'no line\n    at parse (parser.ts:3:1)' }],
  },
  discarded: { at, type: 'discarded', channel: 'lines', reason: 'no-receiver' },
  'group-failed': {
    at,
    type: 'group-failed',
    group: 'group "all"',
    message: 'group "all" failed once more than it may. What happened:\n  it crashed',
    failures: [failure],
  },
  deadlock: { at, type: 'deadlock', message: 'deadlock: these can never go on:\n  stage "parser"' },
  trouble: { at, type: 'trouble', stage: 'parser', message: 'the disk is full' },
};

/** What a log is told of all of them, by a supervisor called `topology.ts`. */
export const lines: readonly LogLine[] = Object.values(moments).map((event) =>
  lineOf(event, 'topology.ts'),
);
