import { UnfitError } from './format.ts';

/**
 * The byte strings between delimiters; what comes after the last one counts, too, unless there is nothing.
 *
 * @param most how many bytes one may have
 * @param what one is, for messages: `line`
 */
export async function* records(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: number,
  most: number,
  what: string,
): AsyncIterable<Uint8Array> {
  let begun: Uint8Array[] = [];
  let length = 0;
  let count = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(delimiter); at !== -1; at = chunk.indexOf(delimiter, start)) {
      const last = chunk.subarray(start, at);
      start = at + 1;
      checkLength(length + last.length);
      count++;
      yield begun.length === 0 ? last : Buffer.concat([...begun, last]);
      begun = [];
      length = 0;
    }
    if (start === chunk.length) continue;
    begun.push(chunk.subarray(start));
    length += chunk.length - start;
    checkLength(length);
  }
  if (length > 0) yield Buffer.concat(begun);

  function checkLength(bytes: number): void {
    if (bytes <= most) return;
    throw new UnfitError(`${what} ${count + 1} has more than ${most} bytes`);
  }
}
