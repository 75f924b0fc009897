import { type Format, kindOf, UnfitError } from './format.ts';

/**
 * Rows, each a list of texts (RFC 4180). The first one of a file with a head is its head. Nothing is made into numbers,
 * and nothing but texts is written.
 */
export const csv: Format = {
  encode: (value) => {
    if (!Array.isArray(value))
      throw new UnfitError(`a row is a list of texts, not ${kindOf(value)}`);
    return new TextEncoder().encode(`${value.map(fieldOf).join(',')}\n`);
  },
  decode: async function* (chunks, most) {
    // Only a stage that reads rows loads what reads them.
    const [{ parse }, { pipeline }] = await Promise.all([
      import('csv-parse'),
      import('node:stream'),
    ]);
    const options = {
      bom: true,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      max_record_size: most,
    };
    const rows = pipeline(textsOf(chunks), parse(options), () => {});
    try {
      yield* rows;
    } catch (cause) {
      if (cause instanceof UnfitError) throw cause;
      throw new UnfitError(`it is no CSV: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  },
};

function fieldOf(field: unknown, column: number): string {
  if (typeof field !== 'string') {
    throw new UnfitError(`a row is a list of texts, and column ${column + 1} is ${kindOf(field)}`);
  }
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** csv-parse would put other characters in the place of what is no UTF-8. */
async function* textsOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UnfitError('it is no UTF-8: with the format "chunks" bytes stay bytes', { cause });
  }
}
