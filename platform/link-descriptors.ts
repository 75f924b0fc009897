/** The descriptors of a link, in the hands of the event loop. */
import { Socket } from './builtins.ts';

/** One for all links: what was read is dealt with before the next is. */
const buffer = new Uint8Array(64 * 1024);

/**
 * @param isWrittenToo whether the same descriptor carries the other direction, too
 * @param onRead gets chunks that are overwritten after it returns
 */
export function readLink(
  descriptor: number,
  isWrittenToo: boolean,
  onRead: (chunk: Uint8Array) => void,
): Socket {
  const socket = new Socket({
    fd: descriptor,
    readable: true,
    writable: isWrittenToo,
    onread: {
      buffer,
      callback: (length: number) => {
        onRead(buffer.subarray(0, length));
        return true;
      },
    },
  });
  // A broken link shows as its end; nothing else is to be learnt from the error.
  return socket.on('error', () => {});
}

export function writeLink(descriptor: number): Socket {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true });
  return socket.on('error', () => {});
}
