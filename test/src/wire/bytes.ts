/** Bytes that tell where they belong: none is at the right place by accident. */
export function pattern(length: number, salt = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = (at * 31 + (at >>> 8) * 7 + salt) & 0xff;
  return bytes;
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
