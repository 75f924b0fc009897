import { closeSync, constants, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDirect } from '../../child/node/direct-carrier.ts';
import type { DirectCarrier } from '../../src/direct/carrier.ts';
import type { DirectPipes } from '../../src/direct/meetings.ts';
import { makeDirectPipes } from '../../supervisor/process/direct-pipes.ts';
import { joined, pattern } from '../src/wire/bytes.ts';

/** A link, of which the test is the other process. */
class Link {
  readonly carrier: DirectCarrier;
  readonly chunks: Uint8Array[] = [];
  /** What happened, in order. */
  readonly log: string[] = [];
  onRead: (chunk: Uint8Array) => void = () => {};
  readonly #read: number;
  readonly #write: number;
  readonly #closed = new Set<number>();

  constructor({ toReceiver, toSender, release }: DirectPipes) {
    const carrier = openDirect(toSender, toReceiver, {
      onRead: (chunk) => {
        this.log.push('read');
        this.chunks.push(chunk.slice());
        this.onRead(chunk);
      },
      onEnd: () => this.log.push('end'),
      onUnheard: () => this.log.push('unheard'),
    });
    if (carrier === undefined) throw new Error('the pipes cannot be opened');
    this.carrier = carrier;
    this.#read = openSync(toReceiver, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#write = openSync(toSender, constants.O_WRONLY | constants.O_NONBLOCK);
    release();
  }

  /** What has come from the carrier, and was read. */
  get read(): Uint8Array {
    return joined(this.chunks);
  }

  put(...bytes: readonly Uint8Array[]): void {
    const { output } = this.carrier;
    for (const some of bytes) {
      output.append(some);
      output.frames++;
    }
    this.carrier.push();
  }

  secured(name: string): void {
    this.carrier.secured(() => this.log.push(name));
  }

  /** The other process writes. */
  say(bytes: Uint8Array): void {
    if (writeSync(this.#write, bytes) < bytes.length) throw new Error('the pipe is full');
  }

  /** The other process reads what there is. @returns nothing at the end */
  hear(most = 1_000_000): Uint8Array | undefined {
    const bytes = new Uint8Array(most);
    try {
      const length = readSync(this.#read, bytes);
      return length === 0 ? undefined : bytes.subarray(0, length);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return bytes.subarray(0, 0);
      throw error;
    }
  }

  stopWriting(): void {
    this.#close(this.#write);
  }

  stopReading(): void {
    this.#close(this.#read);
  }

  end(): void {
    this.stopReading();
    this.stopWriting();
    this.carrier.closeOutput();
    this.carrier.close(() => {});
  }

  #close(descriptor: number): void {
    if (this.#closed.has(descriptor)) return;
    this.#closed.add(descriptor);
    closeSync(descriptor);
  }
}

const mebibyte = 1024 * 1024;
/** What a pipe takes without a reader. */
const pipeful = 64 * 1024;
let link: Link;

beforeEach(async () => {
  link = new Link(await makePipes());
});

afterEach(() => link.end());

describe('§14.4 the bytes of a direct link', () => {
  test('§14.4 what is put there leaves at the end of the turn', async () => {
    link.put(pattern(3));
    await Promise.resolve();
    link.put(pattern(2));
    expect(link.hear()).toEqual(none);
    await immediate();
    expect(link.hear()).toEqual(joined([pattern(3), pattern(2)]));
  });

  test('§14.4 what comes is read in order, wherever it was cut', async () => {
    const bytes = pattern(500);
    for (let at = 0; at < bytes.length; ) {
      const length = 1 + ((at * 7) % 5);
      link.say(bytes.subarray(at, at + length));
      at += length;
      if (at % 3 === 0) await immediate();
    }
    await until(() => link.read.length === bytes.length);
    expect(link.read).toEqual(bytes);
    expect(link.chunks.length).toBeGreaterThan(50);
  });

  test('§14.4 large values arrive at a slow reader, and what comes meanwhile is read', async () => {
    const values = [pattern(mebibyte, 1), pattern(5, 2), pattern(mebibyte, 3)];
    link.put(...values);
    const heard: Uint8Array[] = [];
    let missing = 2 * mebibyte + 5;
    await until(() => {
      const bytes = link.hear(10_000) ?? none;
      heard.push(bytes);
      missing -= bytes.length;
      if (heard.length % 10 === 0) link.say(pattern(1));
      return missing === 0;
    });
    expect(Buffer.compare(joined(heard), joined(values))).toBe(0);
    await until(() => link.read.length === Math.floor(heard.length / 10));
  });

  test('§14.6 at the end everything was read, and the end comes once', async () => {
    const bytes = pattern(pipeful);
    link.say(bytes);
    link.stopWriting();
    await until(() => link.log.includes('end'));
    expect(Buffer.compare(link.read, bytes)).toBe(0);
    await immediate();
    expect(link.log.filter((what) => what === 'end')).toEqual(['end']);
    expect(link.log.at(-1)).toBe('end');
  });

  test('§14.6 after the end of what is read it still writes', async () => {
    link.stopWriting();
    await until(() => link.log.includes('end'));
    link.put(pattern(3));
    await immediate();
    expect(link.hear()).toEqual(pattern(3));
  });
});

describe('§14.8 taken before code', () => {
  test('§14.8 who asks in the midst of something hears of it before the turn ends', async () => {
    process.nextTick(() => link.log.push('end of turn'));
    link.put(pattern(1));
    link.secured('given');
    link.carrier.secured(() => link.log.push(`the kernel has ${link.hear()?.length}`));
    expect(link.log).toEqual([]);
    await immediate();
    expect(link.log).toEqual(['given', 'the kernel has 1', 'end of turn']);
  });

  test('§14.8 who asks while something is read hears of it when that is dealt with', async () => {
    const answered: (Uint8Array | undefined)[] = [];
    link.onRead = () => {
      process.nextTick(() => link.log.push('end of turn'));
      for (const answer of [1, 2]) {
        link.put(pattern(1, answer));
        link.carrier.secured(() => {
          link.log.push('given');
          answered.push(link.hear());
        });
      }
      link.log.push('dealt with');
    };
    link.say(pattern(1));
    await until(() => link.log.length === 5);
    expect(link.log).toEqual(['read', 'dealt with', 'given', 'given', 'end of turn']);
    expect(answered).toEqual([joined([pattern(1, 1), pattern(1, 2)]), none]);
  });

  test('§14.8 behind what the other side is slow to read, it comes later, and in order', async () => {
    link.put(pattern(mebibyte));
    link.secured('first');
    await immediate();
    link.put(pattern(1));
    link.secured('second');
    await immediate();
    expect(link.log).toEqual([]);
    let heard = 0;
    await until(() => {
      if (link.log.length === 0) heard += link.hear(10_000)?.length ?? 0;
      return link.log.length === 2;
    });
    expect(link.log).toEqual(['first', 'second']);
    expect(heard).toBeGreaterThan(mebibyte - 2 * pipeful);
  });

  test('§14.8 it does not come when nobody reads any more; what the other side said before is read', async () => {
    link.say(pattern(7));
    link.stopReading();
    link.put(pattern(1));
    link.secured('given');
    await until(() => link.log.includes('read'));
    expect(link.log).toEqual(['unheard', 'read']);
    link.put(pattern(1));
    link.secured('given after that');
    link.say(pattern(2));
    link.stopWriting();
    await until(() => link.log.includes('end'));
    expect(link.log).toEqual(['unheard', 'read', 'read', 'end']);
    expect(link.read).toEqual(joined([pattern(7), pattern(2)]));
  });

  test('§14.8 nor when the other side stops reading in the midst of it', async () => {
    link.put(pattern(mebibyte));
    link.secured('given');
    await immediate();
    expect(link.hear(10_000)).toEqual(pattern(10_000));
    link.stopReading();
    await until(() => link.log.includes('unheard'));
    link.put(pattern(1));
    link.secured('given after that');
    link.say(pattern(3));
    await until(() => link.log.includes('read'));
    expect(link.log).toEqual(['unheard', 'read']);
  });
});

describe('§14.6 closing what is written', () => {
  test('§14.6 the other side is at its end, what had not left is dropped, and reading goes on', async () => {
    link.put(pattern(3));
    link.carrier.closeOutput();
    await immediate();
    expect(link.hear()).toBeUndefined();
    link.say(pattern(5));
    await until(() => link.read.length === 5);
    link.stopWriting();
    await until(() => link.log.includes('end'));
    expect(link.log).toEqual(['read', 'end']);
  });

  test('§14.6 amid a large value: the other side finds the beginning, and the end', async () => {
    const value = pattern(mebibyte);
    link.put(value);
    await immediate();
    link.carrier.closeOutput();
    const heard: Uint8Array[] = [];
    for (let some = link.hear(); some !== undefined; some = link.hear()) heard.push(some);
    const beginning = joined(heard);
    expect(beginning.length).toBeLessThanOrEqual(pipeful);
    expect(Buffer.compare(beginning, value.subarray(0, beginning.length))).toBe(0);
    link.say(pattern(5));
    await until(() => link.read.length === 5);
  });

  test('§14.6 what is put there afterwards leaves nowhere, not even to another file of that number', async () => {
    const before = descriptors();
    link.carrier.closeOutput();
    const [freed] = before.filter((descriptor) => !descriptors().includes(descriptor));
    const other = new Link(await makePipes());
    onTestFinished(() => other.end());
    expect(descriptors()).toContain(freed);
    link.secured('given');
    await immediate();
    link.put(pattern(3));
    link.secured('given');
    await immediate();
    expect(link.log).not.toContain('given');
    expect([other.hear(), other.read]).toEqual([none, none]);
  });
});

describe('§14.7 closing both', () => {
  test('§14.7 what was said before leaves, as fast as the other side reads; nothing more is read', async () => {
    const value = pattern(mebibyte);
    link.put(value);
    link.secured('given');
    link.carrier.close(() => link.log.push('closed'));
    expect(() => link.say(pattern(1))).toThrow('EPIPE');
    const heard: Uint8Array[] = [];
    await until(() => {
      const some = link.hear(50_000);
      if (some !== undefined) heard.push(some);
      return some === undefined;
    });
    expect(Buffer.compare(joined(heard), value)).toBe(0);
    expect(link.log).toEqual(['given', 'closed']);
  });

  test('§14.7 what the kernel takes leaves at once', () => {
    link.put(pattern(3));
    link.secured('given');
    link.carrier.close(() => link.log.push('closed'));
    expect(link.log).toEqual(['given', 'closed']);
    expect(link.hear()).toEqual(pattern(3));
    expect(link.hear()).toBeUndefined();
  });

  test.each([
    ['before', () => link.stopReading()],
    ['meanwhile', () => void immediate().then(() => link.stopReading())],
  ])('§14.7 it is closed, too, when the other side has stopped reading %s', async (_, stop) => {
    link.put(pattern(mebibyte));
    link.secured('given');
    stop();
    link.carrier.close(() => link.log.push('closed'));
    await until(() => link.log.includes('closed'));
    await immediate();
    expect(link.log.filter((what) => what !== 'unheard')).toEqual(['closed']);
  });

  test.each([
    ['at rest', 3],
    ['amid a value', mebibyte],
  ])('§14.7 it is closed, too, when what is written was closed %s', async (_, size) => {
    link.put(pattern(size));
    await immediate();
    link.carrier.closeOutput();
    link.put(pattern(3));
    link.carrier.close(() => link.log.push('closed'));
    await until(() => link.log.includes('closed'));
  });

  test('§14.7 in the midst of reading: no more is read, and no end is heard of', async () => {
    link.onRead = () => link.carrier.close(() => link.log.push('closed'));
    link.say(pattern(10));
    link.say(pattern(pipeful - 10));
    link.stopWriting();
    await until(() => link.log.includes('closed'));
    await immediate();
    await immediate();
    expect(link.log).toEqual(['read', 'closed']);
  });
});

describe('§14.3 opening', () => {
  test.each([
    ['to read', 0],
    ['to write', 1],
  ])('§14.3 where there is nothing %s, nothing is opened', async (_, missing) => {
    const { toReceiver, toSender } = await makePipes();
    const paths: [string, string] = [toReceiver, toSender];
    paths[missing] += ' that is not there';
    const before = descriptors();
    const nothing = () => {};
    const events = { onRead: nothing, onEnd: nothing, onUnheard: nothing };
    expect(openDirect(...paths, events)).toBeUndefined();
    expect(descriptors()).toEqual(before);
  });

  test('R11 nothing is left open when it is closed, or at its end', async () => {
    const before = descriptors();
    const other = new Link(await makePipes());
    expect(descriptors().length).toBe(before.length + 4);
    other.stopWriting();
    await until(() => other.log.includes('end'));
    other.end();
    await until(() => descriptors().length === before.length);
    expect(descriptors()).toEqual(before);
  });

  test('§8.11 it keeps nobody alive', async () => {
    const pipes = await makePipes();
    const handles = () => process.getActiveResourcesInfo().filter((type) => type.endsWith('Wrap'));
    await until(() => !handles().includes('ProcessWrap'));
    const before = handles();
    const other = new Link(pipes);
    onTestFinished(() => other.end());
    await immediate();
    expect(handles()).toEqual(before);
  });
});

const none = new Uint8Array();

async function makePipes(): Promise<DirectPipes> {
  const pipes = await makeDirectPipes();
  if (pipes === undefined) throw new Error('no pipes can be made here');
  onTestFinished(() => pipes.release());
  return pipes;
}

async function until(isSo: () => boolean): Promise<void> {
  await vi.waitUntil(isSo, { interval: 1, timeout: 10_000 });
}

function descriptors(): readonly string[] {
  return readdirSync('/proc/self/fd').toSorted();
}
