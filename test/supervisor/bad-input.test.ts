import { OperationError } from 'handover';
import { describe, expect, test, vi } from 'vitest';
import { channelShows } from '../support/conditions.ts';
import { rejection } from '../support/failures.ts';
import { superviseBesidePair } from '../support/healthy-pair.ts';
import { growth, memoryInUse } from '../support/memory.ts';
import { stageModule } from '../support/stage-module.ts';

const mebi = 1024 * 1024;
const { supervisor, book, pair } = superviseBesidePair({ maxValueBytes: mebi });

/** The prelude of a frame. */
function prelude(headerLength: number, restLength: number): Buffer {
  const bytes = Buffer.from([0xc1, 0x48, 0, 0, 0, 0, 0, 0]);
  bytes.writeUInt16BE(headerLength, 2);
  bytes.writeUInt32BE(restLength, 4);
  return bytes;
}

function frame(header: Buffer, value: Buffer = Buffer.of()): Buffer {
  return Buffer.concat([prelude(header.length, header.length + value.length), header, value]);
}

/** Of an offer on end 2 with as large a value as may be, in pieces. */
function beginning(transfer: number): Buffer {
  const header = Buffer.of(0x94, 2, transfer + 1, 0, 0x91, 0x92, 2, 0xce, 0, 0x10, 0, 0);
  const bytes = Buffer.concat([
    prelude(header.length, header.length + mebi),
    Buffer.of(0, transfer),
  ]);
  bytes[1] = 0x4c;
  return Buffer.concat([bytes, header]);
}

interface Case {
  readonly what: string;
  readonly module: string;
  readonly args: readonly string[];
  /** What the supervisor says about it. */
  readonly says: RegExp;
  readonly startDeadline?: number;
}

const stray = Buffer.from('Warning: something is deprecated\n');
const nested = frame(Buffer.alloc(0xffff, 0x91));
const gib4 = Buffer.concat([prelude(20, 0xffff_ffff), Buffer.alloc(1000)]);
const half = prelude(40, 40);

const beforeHello: readonly Case[] = [
  {
    what: 'a text',
    bytes: stray,
    says: /but the link said: "Warning: something is deprecated\\n".*descriptors 3 and 4/,
  },
  {
    what: 'bytes that are no text',
    bytes: Buffer.from([0, 1, 2, 3, 0xff, 0xfe]),
    says: /but the link said: 00 01 02 03 ff fe.*descriptors 3 and 4/,
  },
  {
    what: 'a header that is no msgpack',
    bytes: frame(Buffer.of(0xc1)),
    says: /a header is not a msgpack array: c1/,
  },
  {
    what: 'a header of 65,535 nested arrays',
    bytes: nested,
    says: /a header is not msgpack: 91 91.*\(65535 bytes\)/,
  },
  {
    what: 'a header of nothing',
    bytes: prelude(0, 0),
    says: /a frame of 0 bytes cannot have a header of 0/,
  },
  {
    what: 'a header longer than its frame',
    bytes: prelude(10, 5),
    says: /a frame of 5 bytes cannot have a header of 10/,
  },
  {
    what: 'a message that is no hello',
    bytes: frame(Buffer.of(0x92, 4, 1)),
    says: /expected "hello" first from the process, got "taken"/,
  },
].map(({ bytes, ...rest }) => ({
  ...rest,
  module: 'write-bytes',
  args: [bytes.toString('base64')],
}));

const afterHello: readonly Case[] = [
  {
    what: 'a text',
    bytes: stray,
    says: /but the link said: "Warning: something is deprecated\\n".*descriptors 3 and 4/,
  },
  {
    what: 'a header that is no msgpack',
    bytes: frame(Buffer.of(0xc1)),
    says: /a header is not a msgpack array: c1/,
  },
  {
    what: 'a header that is no array',
    bytes: frame(Buffer.of(0x80)),
    says: /a header is not a msgpack array: 80/,
  },
  {
    what: 'a header of 65,535 nested arrays',
    bytes: nested,
    says: /a header is not msgpack: 91 91.*\(65535 bytes\)/,
  },
  {
    what: 'an unknown message',
    bytes: frame(Buffer.of(0x91, 99)),
    says: /a process has no message number 99/,
  },
  {
    what: 'what only a supervisor says',
    bytes: frame(Buffer.of(0x92, 67, 1)),
    says: /a process has no message number 67/,
  },
  {
    what: 'an offer without its fields',
    bytes: frame(Buffer.of(0x91, 2)),
    says: /expected an integer of 0 or more as op, got nothing/,
  },
  {
    what: 'an offer with fewer bytes of value than it says',
    bytes: frame(Buffer.of(0x94, 2, 1, 0, 0x91, 0x92, 2, 9), Buffer.of(1)),
    says: /the values of an offer have 9 bytes, its frame 1/,
  },
  {
    what: 'a piece of nothing that it began',
    bytes: Buffer.of(0xc1, 0x50, 0, 3, 0, 0, 0, 1, 0xc0),
    says: /a piece came of transfer 3, which had not begun/,
  },
  {
    what: 'the beginnings of more values than its windows hold',
    bytes: Buffer.concat(Array.from({ length: 10 }, (_, transfer) => beginning(transfer))),
    says: /operation \d is more than the window allows to be outstanding/,
  },
].map(({ bytes, ...rest }) => ({
  ...rest,
  module: 'greet-and-write-bytes',
  args: [bytes.toString('base64')],
}));

const receive = { type: 'offer', isPoll: false, isPriority: false, guards: [{ end: 1 }] };

const senseless: readonly Case[] = [
  {
    what: 'taken, of no operation',
    messages: [{ type: 'taken', op: 7 }],
    says: /"taken" for operation 7, which was given no value/,
  },
  {
    what: 'returned, of no operation',
    messages: [{ type: 'returned', op: 7 }],
    says: /"returned" for operation 7, which was given no value/,
  },
  {
    what: 'refused, of no operation',
    messages: [{ type: 'refused', op: 7, why: '' }],
    says: /"refused" for operation 7, which was given no value/,
  },
  {
    what: 'an offer on an end that it was not given',
    messages: [{ ...receive, op: 1, guards: [{ end: 9 }] }],
    says: /operation 1 uses end 9, which was not given or is closed/,
  },
  {
    what: 'an offer on an end that it has closed',
    messages: [
      { type: 'close', end: 1 },
      { ...receive, op: 1 },
    ],
    says: /operation 1 uses end 1, which was not given or is closed/,
  },
  {
    what: 'a receive on a sender',
    messages: [{ ...receive, op: 1, guards: [{ end: 2 }] }],
    says: /operation 1 receives on a sending end/,
  },
  {
    what: 'an offer of nothing',
    messages: [{ ...receive, op: 1, guards: [] }],
    says: /operation 1 offers on no channel/,
  },
  {
    what: 'an operation number twice',
    messages: [
      { ...receive, op: 5 },
      { ...receive, op: 5 },
    ],
    says: /operation 5 does not come after operation 5/,
  },
  {
    what: 'a close of an end that it has closed',
    messages: [
      { type: 'close', end: 1 },
      { type: 'close', end: 1 },
    ],
    says: /end 1 was closed, but was not given or is closed already/,
  },
  {
    what: 'a second hello',
    messages: [
      {
        type: 'hello',
        version: { major: 1, minor: 0 },
        language: 'x',
        features: [],
        token: 'x',
      },
    ],
    says: /expected no second greeting from the process, got "hello"/,
  },
].map(({ messages, ...rest }) => ({
  ...rest,
  module: 'greet-and-say',
  args: [JSON.stringify(messages)],
}));

const others: readonly Case[] = [
  {
    what: 'another version of the protocol',
    module: 'say-hello-wrong',
    args: [JSON.stringify({ major: 2 })],
    says: /speaks version 1\.0 of the protocol, .* speaks 2\.0: install the same major version/,
  },
  {
    what: 'a token of its own',
    module: 'say-hello-wrong',
    args: [JSON.stringify({ token: 'mine' })],
    says: /does not show the token that the process was started with/,
  },
  {
    what: 'more sends than its window',
    module: 'offer-beyond-window',
    args: ['1000', '10'],
    says: /operation 1\d\d is more than the window allows to be outstanding/,
  },
  {
    what: 'more bytes than its window',
    module: 'offer-beyond-window',
    args: ['10', String(mebi - 10)],
    says: /operation \d+ is more than the window allows to be outstanding/,
  },
  {
    what: 'half a frame before its hello, and is silent',
    module: 'write-bytes',
    args: [half.toString('base64')],
    startDeadline: 1_500,
    says: /did not say hello within 1500 ms: .*call `await stage\(\)` \(startDeadline of the stage\)/,
  },
  {
    what: 'a hello of 4 GiB, and is silent',
    module: 'write-bytes',
    args: [gib4.toString('base64')],
    startDeadline: 1_500,
    says: /did not say hello within 1500 ms/,
  },
  {
    what: 'half a frame before its hello, and exits with 0',
    module: 'write-bytes',
    args: [half.toString('base64'), '0'],
    says: /exited without ever becoming a stage/,
  },
  {
    what: 'half a frame, and exits with 0',
    module: 'greet-and-write-bytes',
    args: [half.toString('base64'), '0'],
    says: /exited with code 0 in the middle of a message.*await its sends/,
  },
  {
    what: 'half a frame, and exits with 1',
    module: 'greet-and-write-bytes',
    args: [half.toString('base64'), '1'],
    says: /exited with code 1 in the middle of a message/,
  },
  {
    what: 'the beginning of a value in pieces, and exits with 0',
    module: 'greet-and-write-bytes',
    args: [beginning(0).toString('base64'), '0'],
    says: /exited with code 0 in the middle of a message/,
  },
  {
    what: 'the beginning of a frame of 4 GiB, and exits with 0',
    module: 'greet-and-write-bytes',
    args: [gib4.toString('base64'), '0'],
    says: /exited with code 0 in the middle of a message/,
  },
];

const cases = [
  ...beforeHello.map((entry) => ({ ...entry, what: `${entry.what} instead of a hello` })),
  ...afterHello.map((entry) => ({ ...entry, what: `${entry.what} after its hello` })),
  ...senseless,
  ...others,
].map((entry, number) => ({ ...entry, name: `bad ${number}` }));

describe('R10 it fails alone, with one clear error, a stage that says', () => {
  test.for(cases)('$what', async ({ name, module, args, says, startDeadline = 30_000 }) => {
    const { to, from } = givenEnds(name);
    const sent = rejection(to.sender.send('value'));
    const received = from.receiver.receive().catch((reason: unknown) => reason);
    supervisor.stage(name, {
      module: stageModule(module),
      args,
      startDeadline,
      ends: { input: to.receiver, output: from.sender },
    });
    const { line } = await book.untilFailed(name);
    expect(line).toMatch(says);
    expect(line).toContain(`stage "${name}"`);
    expect(book.about(name)).toHaveLength(1);
    // Whatever it said: the value that it never took was not sent, and is given back.
    expect(await sent).toBeInstanceOf(OperationError);
    expect(await sent).toMatchObject({ operation: 'send', value: 'value' });
    const after = await received;
    if (after instanceof Error) expect(after).toMatchObject({ cause: { stage: name } });
    expect(await rejection(from.receiver.receive())).toMatchObject({
      code: 'CHANNEL_BROKEN',
      cause: { stage: name },
    });
    await pair.goesOn();
  });

  test('a second final withdrawal of a value that is in a hand', async () => {
    const { to, from } = givenEnds('impatient');
    supervisor.stage('holder', {
      module: stageModule('hold-what-comes'),
      args: ['1'],
      ends: { input: from.receiver },
    });
    await channelShows(supervisor, 'from impatient', { waitingReceivers: 1 });
    supervisor.stage('impatient', {
      module: stageModule('withdraw-twice'),
      ends: { input: to.receiver, output: from.sender },
    });
    const { line } = await book.untilFailed('impatient');
    expect(line).toMatch(/operation 1 was withdrawn again/);
    await pair.goesOn();
  });

  test.each(['inspect', 'poll'])('%s for ever, and reads no answer', async (question) => {
    const name = `curious about ${question}`;
    const { to, from } = givenEnds(name);
    const before = memoryInUse();
    supervisor.stage(name, {
      module: stageModule('flood-without-reading'),
      args: [question],
      ends: { input: to.receiver, output: from.sender },
    });
    const { line } = await book.untilFailed(name);
    expect(line).toMatch(/does not read its link/);
    const { heap, buffers } = growth(before, memoryInUse());
    expect(heap + buffers).toBeLessThan(64 * mebi);
    await pair.goesOn();
  });
});

describe('R10 it does no harm, a stage that says', () => {
  test('100,000 times that it withdraws what it never began', async () => {
    const { to, from } = givenEnds('regretful');
    supervisor.stage('regretful', {
      module: stageModule('flood-with-withdrawals'),
      args: ['100000'],
      ends: { input: to.receiver, output: from.sender },
    });
    expect(await rejection(from.receiver.receive())).toMatchObject({ code: 'CHANNEL_ENDED' });
    expect(book.about('regretful')).toEqual([]);
    await pair.goesOn();
  });

  test('200,000 nested arrays as a value: its send fails, and the receiver goes on', async () => {
    const values = supervisor.channel<unknown>('nested values');
    const taker = supervisor.stage('taker', {
      module: stageModule('print-all'),
      ends: { input: values.receiver },
    });
    supervisor.stage('nester', {
      module: stageModule('send-nested-arrays'),
      args: ['200000'],
      ends: { output: values.sender },
    });
    await book.until('taker', 'took simple');
    await book.until('nester', 'operation 1 failed: refused');
    await vi.waitFor(() => expect(taker.report.outcome).toBe('ended'), { timeout: 10_000 });
    expect(book.printed('taker')).toEqual(['took simple']);
    await pair.goesOn();
  });

  test('200,000 nested arrays as a value to the supervisor: its send fails, the next arrives', async () => {
    const values = supervisor.channel<unknown>('values nested for the supervisor');
    supervisor.stage('deep nester', {
      module: stageModule('send-nested-arrays'),
      args: ['200000'],
      ends: { output: values.sender },
    });
    expect(await values.receiver.receive()).toBe('simple');
    await book.until('deep nester', 'operation 1 failed: refused');
    await pair.goesOn();
  });

  test('the beginning of a frame of 4 GiB: nothing is kept of it', async () => {
    const { to, from } = givenEnds('boaster');
    const before = memoryInUse();
    supervisor.stage('boaster', {
      module: stageModule('greet-and-write-bytes'),
      args: [gib4.toString('base64')],
      ends: { input: to.receiver, output: from.sender },
    });
    await pair.goesOn();
    expect(growth(before, memoryInUse()).buffers).toBeLessThan(16 * mebi);
    expect(book.about('boaster')).toEqual([]);
  });
});

/** What each of them is given: end 1 receives, end 2 sends. */
function givenEnds(name: string) {
  return {
    to: supervisor.channel<string>(`to ${name}`),
    from: supervisor.channel<unknown>(`from ${name}`),
  };
}
