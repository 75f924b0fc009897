/** What a log is told of an event. */
import type { SupervisorEvent } from '../events/event.ts';
import type { LogLine } from './log.ts';
import { wordsFor } from './words.ts';

/** @param supervisor the name under which stands what is about no stage */
export function lineOf(event: SupervisorEvent, supervisor: string): LogLine {
  const { at } = event;
  const who = { stage: supervisor, replica: 0, processId: undefined, ...aboutWhom(event) };
  if (event.type === 'printed') {
    return { at, ...who, stream: event.stream, line: event.line, event };
  }
  return { at, ...who, stream: 'handover', line: bounded(wordsFor(event)), event };
}

/** Whether it happens also when all goes well: a log is told of that on demand. */
export function isOrdinary(event: SupervisorEvent): boolean {
  if (event.type === 'redelivered') return event.failure?.code === 'STAGE_STOPPED';
  return ordinary.has(event.type);
}

/** Of limits and hangs the crash tells that follows; that values found no receiver, `finished()` says once for all. */
const ordinary: ReadonlySet<SupervisorEvent['type']> = new Set([
  'started',
  'ready',
  'ended',
  'stopped',
  'recycling',
  'discarded',
  'limit',
  'hang',
]);

function aboutWhom(event: SupervisorEvent): Partial<Pick<LogLine, 'stage' | 'replica'>> {
  if ('replica' in event) {
    const { stage, replica, processId } = event;
    return { stage, replica, ...(processId !== undefined && { processId }) };
  }
  return 'stage' in event && event.stage !== undefined ? { stage: event.stage } : {};
}

/** In characters: as much as a line that a stage prints may have. What a failure says can come from anywhere. */
const longest = 64 * 1024;

function bounded(words: string): string {
  return words.length > longest ? `${words.slice(0, longest)}…` : words;
}
