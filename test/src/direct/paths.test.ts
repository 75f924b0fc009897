/** One process between a supervisor and a direct link, both typed by hand. */
import { describe, expect, test } from 'vitest';
import type { DirectCarrier, DirectEvents } from '../../../src/direct/carrier.ts';
import type { Flow } from '../../../src/direct/path.ts';
import { Paths, type Relaying } from '../../../src/direct/paths.ts';
import { putRefused, putTaken, putValue } from '../../../src/direct/words.ts';
import { handleOf } from '../../../src/ends/pair.ts';
import type { Receiver } from '../../../src/ends/receiver.ts';
import type { Sender } from '../../../src/ends/sender.ts';
import { AbortedError } from '../../../src/errors.ts';
import type { Offer } from '../../../src/party/authority.ts';
import { Party } from '../../../src/party/party.ts';
import { msgpackCodec } from '../../../src/value/codec.ts';
import { Output } from '../../../src/wire/output.ts';
import { SimulatedClock } from '../../simulation/clock.ts';
import { decode, encode } from '../../support/codec.ts';

const window = { operations: 8, bytes: 1_000 };

class Desk {
  readonly clock = new SimulatedClock();
  readonly paths: Paths;
  readonly party: Party<Uint8Array>;
  /** What it said to the supervisor. */
  readonly said: string[] = [];
  /** What it wrote to the link. */
  readonly output = new Output();
  readonly unsecured: (() => void)[] = [];
  /** What it said of the links. */
  readonly flows: Flow[] = [];
  isOutputOpen = true;
  other: DirectEvents | undefined;

  constructor() {
    const say = (text: string) => this.said.push(text);
    const relaying: Relaying = {
      offer: (offer) => say(told(offer)),
      withdraw: (op, kind) => say(`withdraw ${op} ${kind}`),
      taken: (op, taker) => {
        say(`taken ${op}`);
        taker.given();
      },
      keepsNothing: () => true,
      returned: (op) => say(`returned ${op}`),
      abandoned: (op) => say(`abandoned ${op}`),
      refused: (op) => say(`refused ${op}`),
      close: (end) => say(`close ${end}`),
      inspect: () => Promise.reject(new Error('not here')),
      met: (link) => say(`met ${link}`),
      parted: (link) => say(`parted ${link}`),
      flow: (_, flow) => this.flows.push(flow),
    };
    this.paths = new Paths(relaying, () => this.party, {
      open: (_read, _write, events) => this.#open(events),
      maxValueBytes: 1_000,
      window,
      later: (milliseconds, ring) => this.clock.after(milliseconds, ring),
    });
    this.party = new Party(this.paths, {
      codec: msgpackCodec,
      clock: this.clock,
      window,
      maxValueBytes: 1_000,
      handleOf,
    });
  }

  #open(events: DirectEvents): DirectCarrier {
    this.other = events;
    return {
      output: this.output,
      push: () => {},
      secured: (then) => this.unsecured.push(then),
      closeOutput: () => {
        this.isOutputOpen = false;
      },
      close: (then) => then(),
    };
  }

  sender(): Sender<string> {
    return handleOf(this.party, this.party.end(1, 'send', 'words')) as Sender<string>;
  }

  receiver(): Receiver<string> {
    return handleOf(this.party, this.party.end(1, 'receive', 'words')) as Receiver<string>;
  }

  meet(): void {
    this.paths.meet({ type: 'meet', link: 7, end: 1, readPath: 'r', writePath: 'w' });
  }

  /** The other side says this on the link. */
  hear(put: (output: Output) => void): void {
    const output = new Output();
    put(output);
    for (const chunk of output.take()) this.other?.onRead(chunk);
  }

  /** What was written to the link since the last look, as values. */
  written(): readonly string[] {
    const bytes = Buffer.concat(this.output.take());
    const values: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUInt32BE(at);
      values.push(decode(bytes.subarray(at + 4, at + 4 + length)) as string);
      at += 4 + length;
    }
    return values;
  }

  news(): readonly string[] {
    return this.said.splice(0);
  }
}

function told({ op, guards, isPoll }: Offer<Uint8Array>): string {
  const [guard] = guards;
  const what = guard !== undefined && 'value' in guard ? `send ${decode(guard.value)}` : 'receive';
  return `${isPoll ? 'poll' : 'offer'} ${op} ${what}`;
}

const value = (text: string) => (output: Output) => putValue(output, encode(text));

async function now<T>(promise: Promise<T>): Promise<T | 'nothing yet'> {
  return Promise.race([
    promise,
    new Promise<'nothing yet'>((resolve) => setImmediate(resolve, 'nothing yet')),
  ]);
}

describe('§14.6 the sender', () => {
  test('R3 writes to the link only when nothing is outstanding at the supervisor', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    const first = sender.send('a');
    desk.meet();
    void sender.send('b');
    expect(desk.news()).toEqual(['offer 1 send a', 'met 7']);
    expect(desk.written()).toEqual([]);
    desk.paths.hear({ type: 'completed', op: 1, guard: 0 });
    expect(desk.written()).toEqual(['b']);
    await first;
  });

  test('R1 a send resolves with its answer', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    desk.meet();
    const [a, b] = [sender.send('a'), sender.send('b')];
    expect(desk.written()).toEqual(['a', 'b']);
    desk.hear(putTaken);
    await a;
    expect(await now(b)).toBe('nothing yet');
  });

  test('R2 R3 what is unanswered when the link has ended is offered again, in order, before what came later', () => {
    const desk = new Desk();
    const sender = desk.sender();
    desk.meet();
    for (const word of ['a', 'b', 'c']) void sender.send(word);
    desk.hear(putTaken);
    desk.paths.part(7);
    expect(desk.isOutputOpen).toBe(false);
    void sender.send('d');
    desk.other?.onEnd();
    expect(desk.news()).toEqual(['met 7', 'parted 7']);
    desk.paths.resume(7);
    expect(desk.news()).toEqual(['offer 5 send b', 'offer 6 send c', 'offer 7 send d']);
  });

  test('R4 what was recalled is not offered again', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    desk.meet();
    const [a, b] = [sender.send('a'), sender.send('b', { timeout: 50 })];
    desk.news();
    // A send with a timeout is no send for the link: it waits until the supervisor has it.
    desk.clock.advance();
    await expect(b).rejects.toMatchObject({ code: 'TIMED_OUT', attempts: 0 });
    desk.other?.onEnd();
    desk.paths.resume(7);
    expect(desk.news()).toEqual(['parted 7', 'offer 3 send a']);
    expect(await now(a)).toBe('nothing yet');
  });

  test('R1 what the window held back goes to the supervisor when what was recalled is back', () => {
    const desk = new Desk();
    const sender = desk.sender();
    desk.meet();
    const values = [...'abcdefgh'];
    sender.sendAll(values, { window: values.length }).catch(() => {});
    void sender.send('y');
    void sender.send('z');
    expect(desk.written()).toEqual(values);
    desk.news();
    // One has failed: the others are asked back, and so the link ends.
    desk.hear((output) => putRefused(output, 'odd'));
    desk.other?.onEnd();
    desk.paths.resume(7);
    expect(desk.news()).toEqual(['parted 7', 'offer 10 send y', 'offer 11 send z']);
  });

  test('R1 a poll waits no longer than 100 ms for a link to end', async () => {
    const desk = new Desk();
    const sender = desk.sender();
    desk.meet();
    const poll = sender.trySend('a');
    desk.clock.advance();
    expect(await poll).toBe(false);
  });

  test('§14.6 leaves when what it holds back may be what somebody waits for', () => {
    const desk = new Desk();
    const sender = desk.sender();
    void sender.send('a');
    desk.meet();
    void sender.send('b');
    desk.clock.advance();
    expect(desk.isOutputOpen).toBe(false);
  });

  test('§14.6 waits on while what is outstanding gets fewer', () => {
    const desk = new Desk();
    const sender = desk.sender();
    void sender.send('a');
    void sender.send('b');
    desk.meet();
    void sender.send('c');
    desk.clock.pass(99);
    desk.paths.hear({ type: 'completed', op: 1, guard: 0 });
    desk.clock.advance();
    expect(desk.clock.now).toBe(199);
    expect(desk.isOutputOpen).toBe(false);
  });

  test('R10 nonsense on the link ends it', () => {
    const desk = new Desk();
    desk.sender();
    desk.meet();
    desk.hear((output) => {
      output.append(Uint8Array.of(9));
    });
    expect(desk.isOutputOpen).toBe(false);
  });

  test('R9 close comes after what was offered again', () => {
    const desk = new Desk();
    const sender = desk.sender();
    desk.meet();
    void sender.send('a');
    sender.close();
    desk.other?.onEnd();
    desk.paths.resume(7);
    expect(desk.news()).toEqual(['met 7', 'parted 7', 'offer 2 send a', 'close 1']);
  });
});

describe('§14.7 the receiver', () => {
  test('§14.7 asks its receives back at the first value, and gives them what comes, in order', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    const first = receiver.receive();
    desk.meet();
    desk.hear(value('a'));
    expect(desk.news()).toEqual(['offer 1 receive', 'met 7', 'withdraw 1 tentative']);
    const second = receiver.receive();
    desk.hear(value('b'));
    desk.paths.hear({ type: 'withdrawn', op: 1, guard: 0, attempts: 0 });
    expect(desk.unsecured).toHaveLength(2);
    for (const then of desk.unsecured.splice(0)) then();
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
  });

  test('R1 R4 one that is asked back, and recalled, keeps its place until the answer, and nobody waits for it then', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    const recall = new AbortController();
    const first = receiver.receive({ signal: recall.signal });
    desk.meet();
    desk.hear(value('a'));
    const second = receiver.receive();
    recall.abort();
    expect(desk.unsecured).toHaveLength(0);
    desk.paths.hear({ type: 'withdrawn', op: 1, guard: 0, attempts: 0 });
    await expect(first).rejects.toThrow(AbortedError);
    for (const then of desk.unsecured.splice(0)) then();
    expect(await second).toBe('a');
  });

  test('§14.7 is over only when one that is asked back, and recalled, has its answer', () => {
    const desk = new Desk();
    const recall = new AbortController();
    desk
      .receiver()
      .receive({ signal: recall.signal })
      .catch(() => {});
    desk.meet();
    desk.hear(value('a'));
    desk.paths.part(7);
    recall.abort();
    expect(desk.news()).toEqual(['offer 1 receive', 'met 7', 'withdraw 1 tentative']);
    desk.paths.hear({ type: 'withdrawn', op: 1, guard: 0, attempts: 0 });
    expect(desk.news()).toEqual(['parted 7']);
  });

  test('§14.11 tells at once what it would tell later, before the process says that it is idle', () => {
    const desk = new Desk();
    desk.receiver();
    desk.meet();
    desk.paths.tellNews();
    desk.hear(value('a'));
    expect(desk.flows).toEqual([]);
    desk.paths.tellNews();
    desk.paths.tellNews();
    expect(desk.flows).toEqual([{ taken: 0, waitingSenders: 1, waitingReceivers: 0 }]);
  });

  test('§14.8 code gets a value only when its answer is with the kernel', async () => {
    const desk = new Desk();
    desk.meet();
    const receiver = desk.receiver();
    desk.meet();
    desk.hear(value('a'));
    const received = receiver.receive();
    expect(await now(received)).toBe('nothing yet');
    desk.unsecured.shift()?.();
    expect(await received).toBe('a');
  });

  test('R9 nobody hears of an end before a value that was answered', async () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    const order: string[] = [];
    const note = (name: string) => (outcome: unknown) => order.push(`${name}: ${String(outcome)}`);
    void receiver.receive().then(note('first'));
    void receiver.receive().then(undefined, () => order.push('second: ended'));
    desk.meet();
    desk.hear(value('a'));
    desk.paths.hear({ type: 'withdrawn', op: 1, guard: 0, attempts: 0 });
    desk.paths.hear({ type: 'failed', op: 2, guard: 0, attempts: 0, reason: { kind: 'ended' } });
    await now(new Promise(() => {}));
    expect(order).toEqual(['first: a', 'second: ended']);
  });

  test('R2 forgets what it has not answered when the link ends, and its receives go to the supervisor', () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    desk.meet();
    desk.hear(value('a'));
    desk.hear(value('b'));
    void receiver.receive();
    desk.unsecured.shift()?.();
    desk.news();
    desk.paths.part(7);
    expect(desk.news()).toEqual(['parted 7']);
    void receiver.receive();
    expect(desk.news()).toEqual(['offer 2 receive']);
  });

  test('R6 R7 a choice or an extended receive ends the link, and waits for nobody', () => {
    const desk = new Desk();
    const receiver = desk.receiver();
    desk.meet();
    desk.hear(value('a'));
    desk.news();
    void receiver.extended()[Symbol.asyncIterator]().next();
    expect(desk.news()).toEqual(['offer 1 receive', 'parted 7']);
  });

  test('R10 more than the window allows ends the link', () => {
    const desk = new Desk();
    desk.receiver();
    desk.meet();
    for (let word = 0; word < window.operations; word++) desk.hear(value('a'));
    expect(desk.news()).toEqual(['met 7']);
    desk.hear(value('a'));
    expect(desk.news()).toEqual(['parted 7']);
  });

  test('§14.7 one that takes nothing new does not meet', () => {
    const desk = new Desk();
    desk.receiver();
    desk.paths.receiveNothingNew();
    desk.meet();
    expect(desk.news()).toEqual(['parted 7']);
  });
});
