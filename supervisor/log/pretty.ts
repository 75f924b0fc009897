import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { clean } from './clean.ts';
import { type Log, type LogLine, labelOf } from './log.ts';

type Style = Parameters<typeof styleText>[0];

/** Those that can be read on a light ground and on a dark one; red and yellow say that something is wrong. */
const stageStyles = ['cyan', 'magenta', 'green', 'blue', 'cyanBright', 'magentaBright'] as const;

/** A wider name pushes its line to the right. */
const widestColumn = 24;

/**
 * For people at a terminal: time, stage, process and line in columns, each stage in its colour. `│` stands
 * before what it printed on stdout, `┆` on stderr, `●` before the words of the supervisor. Without colours when
 * the stream is no terminal, or `NO_COLOR` is set.
 */
export function prettyLog(stream: Writable): Log {
  const styles = new Map<string, Style>();
  let width = 0;
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  return (line) => {
    const style = styles.get(line.stage) ?? stageStyles[styles.size % stageStyles.length] ?? 'cyan';
    styles.set(line.stage, style);
    const label = clean(labelOf(line));
    width = Math.max(width, Math.min(label.length, widestColumn));
    const head = [
      paint('dim', timeOf(line.at)),
      paint(style, label.padEnd(width)),
      paint('dim', String(line.processId ?? '').padStart(7)),
      paint(markStyleOf(line, style), marks[line.stream]),
    ].join(' ');
    const textStyle = textStyleOf(line);
    const lines = line.line.split('\n').map((text) => {
      const shown = clean(text);
      return `${head} ${textStyle === undefined ? shown : paint(textStyle, shown)}\n`;
    });
    stream.write(lines.join(''));
  };
}

const marks = { stdout: '│', stderr: '┆', handover: '●' } as const;

function markStyleOf(line: LogLine, style: Style): Style {
  if (line.stream === 'stderr') return 'yellow';
  return textStyleOf(line) ?? style;
}

/** Only the words of the supervisor have one. */
function textStyleOf({ stream, event }: LogLine): Style | undefined {
  if (stream !== 'handover') return undefined;
  switch (event.type) {
    case 'crashed':
    case 'dead-lettered':
    case 'group-failed':
    case 'deadlock':
    case 'limit':
    case 'hang':
      return 'red';
    case 'restarting':
    case 'redelivered':
    case 'discarded':
    case 'trouble':
      return 'yellow';
    default:
      return 'dim';
  }
}

/** Of the day, here. */
function timeOf(at: number): string {
  const date = new Date(at);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(
    (number) => String(number).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
