import { UnfitError } from '../../../platform/formats/format.ts';
import { formats } from '../../../platform/formats/index.ts';
import type { FormatName } from '../../../platform/program-words.ts';
import type { Sender } from '../../../src/ends/sender.ts';
import { HandoverError } from '../../../src/errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { Problem } from '../problem.ts';

/**
 * Sends what comes on stdin, each value when the one before was taken. A terminal is not read: what is typed there
 * belongs to the shell. Resolves when there is nothing more, or nobody wants it.
 *
 * @param most how many bytes a value may have
 * @throws Problem when stdin is not of that format, or cannot be read
 */
export async function pourStdin(
  sender: Sender<unknown>,
  format: FormatName,
  most: number,
): Promise<void> {
  if (!process.stdin.isTTY) {
    try {
      for await (const value of formats[format].decode(process.stdin, most)) {
        await sender.send(value);
      }
    } catch (error) {
      // Nobody takes any more, and how the stage ended is told by itself.
      if (error instanceof HandoverError) return;
      if (error instanceof UnfitError) throw problem(`${error.message} (of stdin)`);
      throw problem(`stdin cannot be read: ${error instanceof Error ? error.message : error}`);
    }
  }
  sender.close();
}

function problem(message: string): Problem {
  return new Problem(exitCodes.failed, message);
}
