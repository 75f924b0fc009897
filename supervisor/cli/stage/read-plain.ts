/** Lines become values, one after the other: the next is taken from the stream when our stage has taken the last. */
import { type Format, UnfitError } from '../../../platform/formats/format.ts';
import { OperationError } from '../../../src/errors.ts';
import { Cargo } from '../../../src/value/cargo.ts';
import { msgpackCodec, type Parcel } from '../../../src/value/codec.ts';
import { Unencodable } from '../../../src/value/encodable.ts';
import type { Outside } from '../../outside.ts';

/** As many bytes as one value may have in a stage. */
const most = 64 * 1024 * 1024;

/** Returns when nothing more is read: at the end, or when nobody takes values any more. */
export async function readPlain(
  chunks: AsyncIterable<Uint8Array>,
  format: Format,
  outside: Outside,
  say: (what: string) => void,
): Promise<void> {
  try {
    for await (const value of format.decode(chunks, most)) {
      await outside.input.send(parcelOf(value));
    }
    outside.input.close();
  } catch (error) {
    if (error instanceof OperationError) return;
    const why = `stdin cannot be read: ${error instanceof Error ? error.message : error}`;
    if (error instanceof UnfitError || error instanceof Unencodable) say(why);
    else if (!isFromSystem(error)) throw error;
    outside.break(outside.input, why);
  }
}

function parcelOf(value: unknown): Parcel {
  return { bytes: msgpackCodec.encode(value, new Cargo({})), carried: [] };
}

function isFromSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
