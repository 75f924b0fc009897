/** What every round trip sends: 24 bytes, or the same length of text where only text travels. */
export const messageLength = 24;

export const messageBytes: Uint8Array = new Uint8Array(messageLength).fill(0x68);

export const messageText: string = 'h'.repeat(messageLength);

/** What goes one way: a small object, as programs have them. */
export const messageObject = { id: 4711, name: 'handover', tags: ['small', 'object'], ok: true };

/** How many of those are on their way at once. */
export const windowLength = 64;

/** What is sent where large values are. */
export const largeLength = 1024 * 1024;

/** In laps. */
export const largeWarmUp = 256;
