import { closeSync, readSync, writeSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { makePipes, type PipeEnds } from '../../../platform/pipes.ts';
import { Output } from '../../../src/wire/output.ts';
import { LinkCarrier } from '../../../supervisor/process/link-carrier.ts';

/** One link, of which the test is the process. */
class Link {
  readonly output = new Output();
  readonly carrier: LinkCarrier;
  readonly #theirs: PipeEnds;

  constructor(onRead: () => void = () => {}) {
    const pipes = makePipes();
    if (pipes === undefined) throw new Error('no pipes can be made here');
    this.#theirs = pipes.theirs;
    this.carrier = LinkCarrier.overPipes(pipes.ours, this.output, {
      onRead,
      onEnd: () => {},
      onUnheard: () => {},
      onUnread: () => {},
    });
  }

  /** The process writes. */
  say(): void {
    writeSync(this.#theirs.write, 'x');
  }

  /** The process reads; it waits until there is something. */
  hear(): number {
    return readSync(this.#theirs.read, new Uint8Array(100));
  }

  /** The supervisor has something to say to the process. */
  tell(): void {
    this.output.append(new Uint8Array([1]));
    this.output.frames++;
    this.carrier.push();
  }

  close(): void {
    this.carrier.destroy();
    closeSync(this.#theirs.read);
    closeSync(this.#theirs.write);
  }
}

const links: Link[] = [];

function link(onRead?: () => void): Link {
  const made = new Link(onRead);
  links.push(made);
  return made;
}

afterEach(() => {
  for (const made of links.splice(0)) made.close();
});

test('R5 what several links bring to another leaves it as one', async () => {
  const sender = link();
  const waiting: number[] = [];
  const takers = [1, 2, 3].map(() =>
    link(() => {
      waiting.push(sender.output.frames);
      sender.tell();
    }),
  );
  for (const taker of takers) taker.say();
  await vi.waitFor(() => expect(waiting).toHaveLength(3), { interval: 1 });
  expect(waiting).toEqual([0, 1, 2]);
  expect(sender.hear()).toBe(3);
});

test('R5 what a link brings to itself leaves at once', async () => {
  const waiting: number[] = [];
  const echoes: Link[] = [];
  for (const other of [1, 0]) {
    const echo = link(() => {
      waiting.push(echoes[other]?.output.frames ?? -1);
      echo.tell();
    });
    echoes.push(echo);
  }
  for (const echo of echoes) echo.say();
  await vi.waitFor(() => expect(waiting).toHaveLength(2), { interval: 1 });
  expect(waiting).toEqual([0, 0]);
  for (const echo of echoes) expect(echo.hear()).toBe(1);
});

test('R5 what the program of the supervisor says leaves before it goes on waiting', async () => {
  const other = link();
  other.tell();
  await Promise.resolve();
  expect(other.output.isEmpty).toBe(true);
  expect(other.hear()).toBe(1);
});
