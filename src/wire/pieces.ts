/**
 * Large frames on their way in: a beginning, which has the header, and then the value in pieces, between which
 * other frames may come. See docs/protocol.md, section 2.
 *
 *     C1 4C | header length u16 | rest length u32 | transfer u16 | header …
 *     C1 50 | transfer u16 | length u32 | a piece of the value …
 *
 * Numbers of transfers are below `mostTransfers`, and free again when the last piece has come.
 */
import { ProtocolError } from '../errors.ts';
import { roomFor } from '../value/rooms.ts';
import { Frame } from './frame.ts';

/** How many bytes of a value its writer puts into one piece. What fits one is not cut. */
export const pieceLength = 64 * 1024;
/** At once, in one direction of a link. */
export const mostTransfers = 64;

interface Transfer {
  readonly header: Uint8Array;
  /** How many bytes its value has. */
  readonly length: number;
  /** Header and value. None before the first piece, and none for a value above the limit. */
  rest: Uint8Array | undefined;
  /** How many bytes of the value are still to come. */
  left: number;
}

export class Pieces {
  readonly #maxValueLength: number;
  readonly #transfers = new Map<number, Transfer>();

  constructor(maxValueLength: number) {
    this.#maxValueLength = maxValueLength;
  }

  /** Whether nothing has begun that is not complete. */
  get isEmpty(): boolean {
    return this.#transfers.size === 0;
  }

  /**
   * A transfer begins.
   * @param header in memory of its own
   * @returns what is known by now; nothing for a value above the limit, which nobody is to expect
   * @throws ProtocolError when it cannot begin so
   */
  begin(transfer: number, header: Uint8Array, length: number): Frame | undefined {
    if (transfer >= mostTransfers) throw new ProtocolError(`transfer ${transfer} ${beyond}`);
    if (this.#transfers.has(transfer)) {
      throw new ProtocolError(`transfer ${transfer} began amid transfer ${transfer}`);
    }
    if (length === 0) throw new ProtocolError(`transfer ${transfer} began without a value`);
    this.#transfers.set(transfer, { header, length, rest: undefined, left: length });
    if (length > this.#maxValueLength) return undefined;
    return new Frame('own', header, 0, header.length, header.length, 'coming', length);
  }

  /** @throws ProtocolError when no such piece can come now */
  check(transfer: number, length: number): void {
    const left = this.#transfers.get(transfer)?.left;
    if (left === undefined) {
      throw new ProtocolError(`a piece came of transfer ${transfer}, which had not begun`);
    }
    if (length === 0 || length > left) {
      throw new ProtocolError(
        `a piece of ${length} bytes came of transfer ${transfer}, of which ${left} were to come`,
      );
    }
  }

  /** @returns the frame, when it is complete */
  add(transfer: number, bytes: Uint8Array): Frame | undefined {
    const arriving = this.#transfers.get(transfer);
    if (arriving === undefined) return undefined;
    const { header, length } = arriving;
    if (length <= this.#maxValueLength) {
      arriving.rest ??= withRoom(header, length);
      arriving.rest.set(bytes, header.length + length - arriving.left);
    }
    arriving.left -= bytes.length;
    if (arriving.left > 0) return undefined;
    this.#transfers.delete(transfer);
    const { rest } = arriving;
    return rest === undefined
      ? new Frame('own', header, 0, header.length, header.length, 'skipped', length)
      : new Frame('own', rest, 0, header.length, rest.length, 'come');
  }
}

const beyond = `is none of the ${mostTransfers} that a link can have at once`;

function withRoom(header: Uint8Array, length: number): Uint8Array {
  const rest = roomFor(length, header.length);
  rest.set(header);
  return rest;
}
