import type { Writable } from 'node:stream';
import { type Log, labelOf } from './log.ts';

/**
 * Each line with the name of its stage, and nothing that differs from run to run: `[parser.2] the line`.
 */
export function plainLog(stream: Writable): Log {
  return (line) => {
    const lines = line.line.split('\n').map((text) => `[${labelOf(line)}] ${text}\n`);
    stream.write(lines.join(''));
  };
}

/** The default: every line on stderr, with the name of its stage. stdout stays free for results. */
export const logToStderr: Log = (line) => plainLog(process.stderr)(line);
