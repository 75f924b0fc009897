import { jsonLog } from '../log/json.ts';
import type { Log } from '../log/log.ts';
import { plainLog } from '../log/plain.ts';
import { prettyLog } from '../log/pretty.ts';

export const logFormats = ['auto', 'pretty', 'plain', 'json'] as const;

/** `auto`: pretty on a terminal, plain elsewhere. */
export type LogFormat = (typeof logFormats)[number];

/** On stderr. */
export function logAs(format: LogFormat): Log {
  const { stderr } = process;
  switch (format) {
    case 'auto':
      return logAs(stderr.isTTY && process.env.TERM !== 'dumb' ? 'pretty' : 'plain');
    case 'pretty':
      return prettyLog(stderr);
    case 'plain':
      return plainLog(stderr);
    case 'json':
      return jsonLog(stderr);
  }
}

/** What the command itself has to say, in between. */
export function sayAs(format: LogFormat): (what: string) => void {
  return (what) => {
    const line =
      format === 'json'
        ? JSON.stringify({ type: 'command', at: new Date().toISOString(), message: what })
        : `[handover] ${what}`;
    process.stderr.write(`${line}\n`);
  };
}
