/** What `perf script` prints of stacks, `-F pid,ip,sym`: a line with the process, then one for each frame, the innermost first. */

export interface Sample {
  readonly processId: number;
  /** The innermost first. */
  readonly frames: readonly string[];
}

export function* samplesIn(text: string): Iterable<Sample> {
  for (const block of text.split('\n\n')) {
    const [head, ...lines] = block.trim().split('\n');
    const processId = Number(head?.trim());
    if (!Number.isInteger(processId) || lines.length === 0) continue;
    yield { processId, frames: lines.map((line) => line.trim().replace(/^\S+\s+/, '')) };
  }
}
