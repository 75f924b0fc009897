/** What two stages say to each other beside the pipe between them: a line of JSON for each word. */

/** Of the one that writes to the pipe. */
export type WriterWord =
  /** It wants to write to this pipe. */
  | { readonly type: 'join'; readonly version: number }
  /** Its stage ended well, and every value was taken. */
  | { readonly type: 'end' }
  /** Its stage did not end well. */
  | { readonly type: 'broken'; readonly why: string };

/** Of the one that reads from it. */
export type ReaderWord =
  /** Its turn has come. The nonce goes down the pipe before the first value: so both know that it is the same pipe. */
  | { readonly type: 'hello'; readonly nonce: string }
  /** Another one writes to the pipe: its turn comes when that one is done. */
  | { readonly type: 'wait' }
  /** Lines are read here, and nothing else. */
  | { readonly type: 'plain' }
  /** Its stage has taken the value. */
  | { readonly type: 'taken' }
  /** Its stage ended well, or wants nothing more. A value that is unanswered was not taken. */
  | { readonly type: 'closed' }
  /** Its stage did not end well. A value that is unanswered may have been taken. */
  | { readonly type: 'lost'; readonly why: string };

/** Of the one that writes, when it leaves. */
export type LastWord = Extract<WriterWord, { type: 'end' | 'broken' }>;

/** Of the one that reads, when it leaves. */
export type Farewell = Extract<ReaderWord, { type: 'closed' | 'lost' }>;

/** Why one leaves before its stage is at its end. */
export const toldToEnd = 'it was told to end';

export type Word = WriterWord | ReaderWord;

/** Who speaks another one is no neighbour. */
export const version = 1;

export function lineOf(word: Word): string {
  return `${JSON.stringify(word)}\n`;
}

/** Nothing where the line is no word. */
export function wordIn(line: string): Word | undefined {
  const found = parsed(line);
  if (typeof found !== 'object' || found === null || !('type' in found)) return undefined;
  const { type } = found;
  switch (type) {
    case 'end':
    case 'wait':
    case 'plain':
    case 'taken':
    case 'closed':
      return { type };
    case 'join':
      return 'version' in found && typeof found.version === 'number'
        ? { type, version: found.version }
        : undefined;
    case 'broken':
    case 'lost':
      return 'why' in found && typeof found.why === 'string' ? { type, why: found.why } : undefined;
    case 'hello':
      return 'nonce' in found && typeof found.nonce === 'string' && nonceForm.test(found.nonce)
        ? { type, nonce: found.nonce }
        : undefined;
    default:
      return undefined;
  }
}

const nonceForm = /^[0-9a-f]{32}$/;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
