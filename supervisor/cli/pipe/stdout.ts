import type { Writable } from 'node:stream';
import { UnfitError } from '../../../platform/formats/format.ts';
import { formats } from '../../../platform/formats/index.ts';
import type { FormatName } from '../../../platform/program-words.ts';
import type { Receiver } from '../../../src/ends/receiver.ts';
import { ChannelBrokenError } from '../../../src/errors.ts';

/**
 * Writes what comes. A sender is released when the system has the bytes of its value. When nobody reads any more, as
 * behind `| head`, the receiver is closed. A value that the format does not have is a failed attempt.
 */
export async function printOn(
  stdout: Writable,
  receiver: Receiver<unknown>,
  format: FormatName,
): Promise<void> {
  try {
    for await (const work of receiver.extended()) {
      const bytes = encoded(format, work.value);
      if (bytes instanceof UnfitError) {
        work.fail(bytes);
      } else if (await isWritten(stdout, bytes)) {
        work.taken();
      } else {
        work.giveBack();
        break;
      }
    }
  } catch (error) {
    // How the last stage failed is told by itself.
    if (!(error instanceof ChannelBrokenError)) throw error;
  }
  receiver.close();
}

function isWritten(stdout: Writable, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    stdout.write(bytes, (error) => resolve(error === undefined || error === null));
  });
}

function encoded(format: FormatName, value: unknown): Uint8Array | UnfitError {
  try {
    return formats[format].encode(value);
  } catch (error) {
    if (error instanceof UnfitError) return error;
    throw error;
  }
}
