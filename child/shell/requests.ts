/** Requests as a shell writes them: how many words, and the words, each with a zero byte behind it. */
export class Requests implements AsyncIterable<readonly string[]> {
  readonly #chunks: AsyncIterable<Uint8Array>;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly string[], void> {
    let rest: Buffer = Buffer.alloc(0);
    let words: string[] = [];
    let expected: number | undefined;
    for await (const chunk of this.#chunks) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
        const word = rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 1);
        if (expected === undefined) expected = Number(word);
        else words.push(word);
        if (words.length < expected) continue;
        yield words;
        words = [];
        expected = undefined;
      }
    }
  }
}
