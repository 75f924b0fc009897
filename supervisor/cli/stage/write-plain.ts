/** Values as lines, for whoever reads lines: a sender is released when the system has its line. */
import type { Writable } from 'node:stream';
import { type Format, UnfitError } from '../../../platform/formats/format.ts';
import { Receiver } from '../../../src/ends/receiver.ts';
import { OperationError } from '../../../src/errors.ts';
import type { HeldWork } from '../../../src/party/hand.ts';
import { msgpackCodec, type Parcel } from '../../../src/value/codec.ts';
import type { Outside } from '../../outside.ts';
import { stuckEnd } from './write-joined.ts';

/**
 * @param onFirst there is something to write
 * @returns `unwanted` when nobody reads any more
 */
export async function writePlain(
  { output }: Outside,
  format: Format,
  stream: Writable,
  onFirst: () => void,
): Promise<'over' | 'unwanted'> {
  for (let isFirst = true; ; isFirst = false) {
    const work = await next(output);
    if (work === undefined) return 'over';
    if (isFirst) onFirst();
    const line = lineFor(work.value, format);
    if (line instanceof UnfitError) {
      work.fail(line);
      continue;
    }
    if (await isWritten(stream, line)) {
      work.taken();
      continue;
    }
    work.giveBack();
    output.close();
    return 'unwanted';
  }
}

/** Nothing when our stage has nothing more. */
async function next(output: Receiver<Parcel>): Promise<HeldWork<Parcel> | undefined> {
  try {
    return await Receiver.work(output);
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

function lineFor({ bytes, carried }: Parcel, format: Format): Uint8Array | UnfitError {
  if (carried.length > 0) return new UnfitError(stuckEnd);
  try {
    return format.encode(msgpackCodec.decode(bytes, []));
  } catch (error) {
    return error instanceof UnfitError ? error : new UnfitError(String(error));
  }
}

function isWritten(stream: Writable, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve(false);
    else stream.write(bytes, (error) => resolve(error == null));
  });
}
