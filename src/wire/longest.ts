/**
 * Others write the texts in headers, and may write a lot. In characters, of at most 3 bytes: with all that is cut,
 * a header stays below its 64 KiB.
 */
export const longestText = 4_000;
export const longestName = 200;
