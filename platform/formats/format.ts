/** How values travel to a program that knows nothing of channels, and from it: as bytes on its stdin and stdout. */

export interface Format {
  /** @throws UnfitError when the value is none that this format can carry unchanged */
  readonly encode: (value: unknown) => Uint8Array;
  /**
   * What is on its way through the kernel and through this is no value of a channel yet: it is lost with the program.
   *
   * @param most how many bytes a value may have
   * @throws UnfitError when the bytes are none of this format, or a value has more
   */
  readonly decode: (chunks: AsyncIterable<Uint8Array>, most: number) => AsyncIterable<unknown>;
}

/** A value that the format cannot carry, or bytes that it cannot read. */
export class UnfitError extends Error {
  override readonly name = 'UnfitError';
}

/** What a value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Uint8Array) return 'bytes';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
