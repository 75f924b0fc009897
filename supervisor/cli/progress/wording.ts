/** Progress in words and figures: one line, or a block of lines. */
import type { Row, View } from './timeline.ts';

/** Everything on one line, for a log. */
export function lineOf(view: View): string {
  const channels = view.rows.map(
    ({ channel, taken, rate }) => `${channel} ${count(taken)} (${perSecond(rate)})`,
  );
  return [time(view), ...channels, ...awaited(view)].join(' · ');
}

/** A line for each channel, in columns, and one for all of them. */
export function blockOf(view: View): string {
  const cells = view.rows.map((row) => [
    row.channel,
    `${row.from} → ${row.to}`,
    `${count(row.taken)} taken`,
    perSecond(row.rate),
    waits(row),
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [...lines, [time(view), ...awaited(view)].join(' · ')].join('\n');
}

function time({ seconds }: View): string {
  return `${seconds.toFixed(1)} s`;
}

function awaited({ bottleneck, isWhole }: View): readonly string[] {
  if (bottleneck === undefined) return [];
  const wait = isWhole ? 'waited' : 'wait';
  const share = Math.round(bottleneck.share * 100);
  return [`the others ${wait} for ${bottleneck.name} (${share} % of the time)`];
}

function waits({ isOver, waitingSenders, waitingReceivers }: Row): string {
  if (isOver) return 'over';
  if (waitingSenders > 0) return `${count(waitingSenders)} waiting to send`;
  if (waitingReceivers > 0) return `${count(waitingReceivers)} waiting to receive`;
  return '';
}

function count(number: number): string {
  return number.toLocaleString('en');
}

function perSecond(rate: number): string {
  return `${rate > 0 && rate < 10 ? rate.toFixed(1) : count(Math.round(rate))}/s`;
}
