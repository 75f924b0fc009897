/** What would be written. */
import { writeFrame } from '../../src/wire/frame.ts';
import { Output } from '../../src/wire/output.ts';

/** The bytes of messages, one after the other. */
export function bytesOfMessages<Message>(
  session: { write(message: Message, output: Output): void },
  ...messages: readonly Message[]
): Uint8Array {
  const output = new Output();
  for (const message of messages) session.write(message, output);
  return output.take();
}

export function bytesOfFrame(header: Uint8Array, ...values: readonly Uint8Array[]): Uint8Array {
  const output = new Output();
  writeFrame(output, header, values);
  return output.take();
}
