/** What every case sends: 24 bytes, or the same length of text where only text travels. */
export const messageLength = 24;

export const messageBytes: Uint8Array = new Uint8Array(messageLength).fill(0x68);

export const messageText: string = 'h'.repeat(messageLength);
