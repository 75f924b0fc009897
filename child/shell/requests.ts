/** Requests as a shell writes them: how many words, and the words, each with a zero byte behind it. */
import { isUtf8 } from 'node:buffer';

export class Requests implements AsyncIterable<readonly string[] | 'no text'> {
  readonly #chunks: AsyncIterable<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** Of one with bytes that are no UTF-8 only that: other characters in their place would be another request. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly string[] | 'no text', void> {
    let rest: Buffer = Buffer.alloc(0);
    let words: Buffer[] = [];
    let expected: number | undefined;
    for await (const chunk of this.#chunks) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
        const word = rest.subarray(0, end);
        rest = rest.subarray(end + 1);
        if (expected === undefined) expected = Number(word);
        else words.push(word);
        if (words.length < expected) continue;
        yield words.every((one) => isUtf8(one)) ? words.map(String) : 'no text';
        words = [];
        expected = undefined;
      }
    }
  }
}
