/** How a case tells the harness what it measured: one line on its standard output. */

/** The last thing that a case does. */
export function report(figure: number): void {
  process.stdout.write(`${JSON.stringify({ figure })}\n`);
}

/** @throws Error when a case reported nothing, or not a number */
export function figureOf(output: string): number {
  const line = output.trim().split('\n').at(-1) ?? '';
  const reported: unknown = line.startsWith('{') ? JSON.parse(line) : undefined;
  if (typeof reported === 'object' && reported !== null && 'figure' in reported) {
    const { figure } = reported;
    if (typeof figure === 'number' && Number.isFinite(figure)) return figure;
  }
  throw new Error(`no figure in its output, which ends with "${line}"`);
}
