/** What would be written. */
import { writeFrame } from '../../src/wire/frame.ts';
import { Output } from '../../src/wire/output.ts';
import { joined } from '../src/wire/bytes.ts';

/** The bytes of messages, one after the other. */
export function bytesOfMessages<Message>(
  session: { write(message: Message, output: Output): void },
  ...messages: readonly Message[]
): Uint8Array {
  const output = new Output();
  for (const message of messages) session.write(message, output);
  return everythingIn(output);
}

export function bytesOfFrame(header: Uint8Array, ...values: readonly Uint8Array[]): Uint8Array {
  const output = new Output();
  writeFrame(output, header, values);
  return everythingIn(output);
}

/** Everything that is to leave, in the order in which it does; nothing is left. */
export function everythingIn(output: Output): Uint8Array {
  const parts: Uint8Array[] = [];
  while (!output.isEmpty) parts.push(...output.next().parts);
  return joined(parts);
}
