import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concernsOfProcess } from '../../../src/wire/concerns.ts';
import type { FromProcess, FromSupervisor } from '../../../src/wire/message.ts';
import { type Departure, Output } from '../../../src/wire/output.ts';
import { mostTransfers } from '../../../src/wire/pieces.ts';
import { Session } from '../../../src/wire/session.ts';
import { everythingIn } from '../../support/wire.ts';
import { pattern } from './bytes.ts';
import { hello, welcome } from './greetings.ts';

const limit = 200;

/** Both ends of one direction of a link, with a writer that the test drives. */
class Direction {
  readonly output = new Output();
  readonly #writer = Session.ofProcess(limit);
  readonly #reader = Session.ofSupervisor(limit);
  readonly heard: FromProcess[] = [];
  readonly announced: FromProcess[] = [];

  constructor(pieceLength: number) {
    this.say(hello);
    this.leaveAll();
    this.heard.splice(0);
    this.output.pieceLength = pieceLength;
  }

  say(message: FromProcess): void {
    this.#writer.write(message, this.output);
  }

  /** @param cuts how long the chunks are in which it arrives, again and again */
  leave(cuts: readonly number[] = [1_000]): Departure {
    const departure = this.output.next();
    let cut = 0;
    for (const part of departure.parts) {
      for (let at = 0; at < part.length; cut++) {
        const end = at + (cuts[cut % cuts.length] as number);
        const chunk = part.slice(at, end);
        this.#read(chunk);
        chunk.fill(0xaa);
        at = end;
      }
    }
    return departure;
  }

  leaveAll(cuts?: readonly number[]): void {
    while (!this.output.isEmpty) this.leave(cuts);
  }

  #read(chunk: Uint8Array): void {
    this.#reader.read(chunk, (inbound) => {
      if (inbound.type === 'broken') throw inbound.error;
      if (inbound.type === 'announced') this.announced.push(inbound.message);
      if (inbound.type === 'message' || inbound.type === 'fulfilled') {
        this.heard.push(inbound.message);
      }
    });
  }
}

function send(op: number, end: number, length: number, ends?: readonly number[]): FromProcess {
  const guards = [{ end, value: pattern(length, op), ...(ends && { ends }) }];
  return { type: 'offer', op, isPoll: false, isPriority: false, guards };
}

function receive(op: number, end: number): FromProcess {
  return { type: 'offer', op, isPoll: false, isPriority: false, guards: [{ end }] };
}

const end = fc.integer({ min: 1, max: 4 });
const length = fc.oneof(fc.nat({ max: 10 }), fc.integer({ min: 11, max: limit }));

type Said = (op: number) => FromProcess;

const anything: fc.Arbitrary<Said> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(end, length).map(
      ([to, size]): Said =>
        (op) =>
          send(op, to, size),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(end, length, fc.array(end, { minLength: 1, maxLength: 2 })).map(
      ([to, size, ends]): Said =>
        (op) =>
          send(op, to, size, ends),
    ),
  },
  {
    weight: 2,
    arbitrary: end.map(
      (on): Said =>
        (op) =>
          receive(op, on),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.tuple(end, fc.option(length, { nil: undefined })), { minLength: 2, maxLength: 3 })
      .map(
        (some): Said =>
          (op) => ({
            type: 'offer',
            op,
            isPoll: false,
            isPriority: true,
            guards: some.map(([on, size]) => ({
              end: on,
              ...(size !== undefined && { value: pattern(Math.min(size, 60), op) }),
            })),
          }),
      ),
  },
  {
    weight: 1,
    arbitrary: end.map(
      (on): Said =>
        () => ({ type: 'close', end: on }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 5 }).map(
      (back): Said =>
        (op) => ({ type: 'withdraw', op: Math.max(1, op - back), kind: 'final' }),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Said>((op) => ({ type: 'taken', op })) },
);

const step = fc.oneof(
  { weight: 3, arbitrary: anything.map((say) => ({ say })) },
  { weight: 4, arbitrary: fc.constant({ say: undefined }) },
);

const schedule = fc.record({
  pieceLength: fc.constantFrom(1, 7, 30),
  steps: fc.array(step, { minLength: 1, maxLength: 60 }),
  cuts: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
});

describe('§2.7 whatever is said, and in whatever turns it leaves', () => {
  test('§2.6 §2.7 all arrives as it was, and what concerns the same in the order in which it was said', () => {
    let overtakings = 0;
    fc.assert(
      fc.property(schedule, ({ pieceLength, steps, cuts }) => {
        const link = new Direction(pieceLength);
        const said: FromProcess[] = [];
        for (const { say } of steps) {
          if (say !== undefined) {
            const message = say(said.length + 1);
            said.push(message);
            link.say(message);
          } else if (!link.output.isEmpty) link.leave(cuts);
        }
        link.leaveAll(cuts);
        const { heard } = link;
        expect(inSomeOrder(heard)).toEqual(inSomeOrder(said));
        if (JSON.stringify(heard) !== JSON.stringify(said)) overtakings++;
        for (const concern of new Set(said.flatMap(concernsOfProcess))) {
          const about = (message: FromProcess) => concernsOfProcess(message).includes(concern);
          expect(heard.filter(about)).toEqual(said.filter(about));
        }
      }),
      { numRuns: 3_000 },
    );
    expect(overtakings).toBeGreaterThan(300);
  });

  test('§2.7 what concerns nothing of a large value waits for one piece at most', () => {
    fc.assert(
      fc.property(schedule, ({ pieceLength, steps, cuts }) => {
        const link = new Direction(pieceLength);
        const said: FromProcess[] = [];
        const free: FromProcess = { type: 'inspect', query: 77, end: 99 };
        for (const { say } of steps) {
          if (say === undefined) {
            if (!link.output.isEmpty) link.leave(cuts);
            continue;
          }
          said.push(say(said.length + 1));
          link.say(said.at(-1) as FromProcess);
        }
        link.say(free);
        if (link.leave(cuts).kind === 'piece') link.leave(cuts);
        expect(link.heard).toContainEqual(free);
      }),
      { numRuns: 1_000 },
    );
  });
});

function isTaken({ type }: FromProcess): boolean {
  return type === 'taken';
}

function inSomeOrder(messages: readonly FromProcess[]): readonly string[] {
  return messages
    .map((message) =>
      JSON.stringify(message, (_, value) => (value instanceof Uint8Array ? [...value] : value)),
    )
    .toSorted();
}

describe('§2.7 turns', () => {
  test('§2.7 several large values share the link: a piece of each, one after the other', () => {
    const link = new Direction(10);
    for (const op of [1, 2, 3]) link.say(send(op, op, 30));
    const turns: number[] = [];
    while (!link.output.isEmpty) {
      const prelude = link.leave().parts.at(-2) as Uint8Array;
      turns.push(prelude[3] as number);
    }
    expect(turns).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  test('§2.7 a large value goes on, however many small ones there are', () => {
    const link = new Direction(10);
    link.say(send(1, 1, 100));
    let departures = 0;
    for (let op = 2; departures < 100 && link.heard.every(isTaken); op++) {
      link.say({ type: 'taken', op });
      link.leave();
      departures++;
    }
    // Ten pieces, each after some small ones.
    expect(departures).toBeLessThanOrEqual(20);
  });

  test('§2.7 what was said before a large value leaves before it, whosever turn it is', () => {
    const link = new Direction(10);
    link.say(send(1, 1, 100));
    link.leave();
    link.say({ type: 'taken', op: 5 });
    link.say(send(2, 2, 20));
    link.leaveAll();
    const before = link.heard.findIndex(({ type }) => type === 'taken');
    expect(before).toBe(0);
    expect(link.announced).toHaveLength(2);
  });

  test(`§2.9 no more than ${mostTransfers} are on their way at once, the others follow`, () => {
    const link = new Direction(10);
    const count = mostTransfers + 10;
    for (let op = 1; op <= count; op++) link.say(send(op, op, 20));
    for (let turn = 0; turn < mostTransfers; turn++) link.leave();
    expect(link.announced).toHaveLength(mostTransfers);
    link.leaveAll();
    expect(link.heard).toHaveLength(count);
  });

  test('§2.6 the bytes of a value leave as they are, and are copied nowhere', () => {
    const output = new Output();
    output.pieceLength = 10;
    const value = pattern(35);
    const guards = [{ end: 1, value }];
    Session.ofProcess(limit).write(
      { type: 'offer', op: 1, isPoll: false, isPriority: false, guards },
      output,
    );
    const offsets: number[] = [];
    while (!output.isEmpty) {
      const piece = output.next().parts.at(-1) as Uint8Array;
      expect(piece.buffer).toBe(value.buffer);
      offsets.push(piece.byteOffset);
    }
    expect(offsets).toEqual([0, 10, 20, 30]);
  });
});

describe('§2.7 to a process', () => {
  function deliver(op: number, length: number): FromSupervisor {
    return { type: 'deliver', op, guard: 0, attempt: 1, value: pattern(length, op) };
  }

  test('§2.7 a value does not overtake a large one of its channel, but one of another does', () => {
    const channels = new Map([
      [1, 10],
      [2, 10],
      [3, 20],
    ]);
    const supervisor = Session.ofSupervisor(limit, (op) => channels.get(op) ?? 0);
    const process = Session.ofProcess(Number.POSITIVE_INFINITY);
    const output = new Output();
    output.pieceLength = 10;
    const messages = [welcome, deliver(1, 50), deliver(2, 3), deliver(3, 3)];
    for (const message of messages) supervisor.write(message, output);
    supervisor.write({ type: 'shutdown' }, output);
    const heard: (number | string)[] = [];
    process.read(everythingIn(output), (inbound) => {
      if (inbound.type !== 'message' && inbound.type !== 'fulfilled') return;
      const { message } = inbound;
      heard.push(message.type === 'deliver' ? message.op : message.type);
    });
    expect(heard).toEqual(['welcome', 3, 'shutdown', 1, 2]);
  });
});
