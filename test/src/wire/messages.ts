/** Every message, at random. */
import fc from 'fast-check';
import type { Statistics } from '../../../src/arbiter/channel-state.ts';
import type { Failure } from '../../../src/arbiter/events.ts';
import type { FromProcess, FromSupervisor, WireGuard } from '../../../src/wire/message.ts';

type ByType<M extends { type: string }> = {
  readonly [T in M['type']]: fc.Arbitrary<Extract<M, { type: T }>>;
};

/** Plain objects, as the decoders make them. */
function record<T>(
  model: { readonly [K in keyof T]: fc.Arbitrary<T[K]> },
): fc.Arbitrary<{ readonly [K in keyof T]: T[K] }> {
  return fc.record(model, { noNullPrototype: true });
}

/** Grows over the life of a link: every language has integers up to here. */
const count = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 2 ** 32 }), fc.maxSafeNat());
const small = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 2 ** 31 - 1 }));
const text = fc.string({ unit: 'binary', maxLength: 60 });
const version = record({ major: small, minor: small });
const bytes = fc.uint8Array({ maxLength: 400 });

const guard: fc.Arbitrary<WireGuard> = fc.oneof(
  record({ end: small }),
  record({ end: small, value: bytes }),
  record({ end: small, value: bytes, ends: fc.array(small, { maxLength: 64 }) }),
);

const failure: fc.Arbitrary<Failure> = fc.record(
  {
    code: text,
    message: text,
    stage: text,
    exitCode: fc.nat({ max: 255 }),
    signal: text,
    stderr: fc.array(text, { maxLength: 20 }),
  },
  { requiredKeys: ['code', 'message'], noNullPrototype: true },
);

const statistics: fc.Arbitrary<Statistics> = record({
  capacity: small,
  senders: small,
  receivers: small,
  waitingSenders: small,
  waitingReceivers: small,
  buffered: small,
  inHand: small,
  taken: small,
  discarded: small,
  deadLetters: small,
  isDirect: fc.boolean(),
});

/** Canonical: a supervisor puts what it reads into that form. */
const contract = fc.constantFrom('{}', '{"type":"string"}', '{"items":{"type":"number"}}');

export const fromProcess: ByType<FromProcess> = {
  hello: record({
    type: fc.constant('hello'),
    version,
    language: text,
    features: fc.array(text, { maxLength: 5 }),
    token: text,
  }),
  offer: record({
    type: fc.constant('offer'),
    op: count,
    isPoll: fc.boolean(),
    isPriority: fc.boolean(),
    guards: fc.array(guard, { maxLength: 40 }),
  }),
  withdraw: record({
    type: fc.constant('withdraw'),
    op: count,
    kind: fc.constantFrom('final', 'tentative'),
  }),
  taken: record({ type: fc.constant('taken'), op: count }),
  returned: record({ type: fc.constant('returned'), op: count }),
  refused: record({ type: fc.constant('refused'), op: count, why: text }),
  abandoned: record({ type: fc.constant('abandoned'), op: count, why: text }),
  close: record({ type: fc.constant('close'), end: small }),
  inspect: record({ type: fc.constant('inspect'), query: count, end: small }),
  idle: record({
    type: fc.constant('idle'),
    probe: small,
    isIdle: fc.boolean(),
    places: fc.array(record({ op: count, place: text }), { maxLength: 10 }),
  }),
  exiting: record({ type: fc.constant('exiting'), exitCode: small }),
  met: record({ type: fc.constant('met'), link: small }),
  parted: record({ type: fc.constant('parted'), link: small }),
  flow: record({
    type: fc.constant('flow'),
    link: small,
    taken: small,
    waitingSenders: small,
    waitingReceivers: small,
  }),
  expects: record({ type: fc.constant('expects'), end: small, contract }),
  open: fc.record(
    {
      type: fc.constant('open'),
      sender: small,
      receiver: small,
      channel: text,
      terms: fc.record(
        {
          capacity: small,
          overflow: fc.constantFrom(
            'block' as const,
            'drop-newest' as const,
            'drop-oldest' as const,
          ),
          maxAttempts: small,
          contract,
        },
        { requiredKeys: ['capacity', 'overflow', 'maxAttempts'], noNullPrototype: true },
      ),
      deadLetters: small,
    },
    {
      requiredKeys: ['type', 'sender', 'receiver', 'channel', 'terms'],
      noNullPrototype: true,
    },
  ),
};

const delivery = {
  type: fc.constant('deliver' as const),
  op: count,
  guard: small,
  attempt: small,
  value: bytes,
};

export const fromSupervisor: ByType<FromSupervisor> = {
  meet: record({
    type: fc.constant('meet'),
    link: small,
    end: small,
    readPath: text,
    writePath: text,
  }),
  contract: record({ type: fc.constant('contract'), end: small, contract }),
  part: record({ type: fc.constant('part'), link: small }),
  resume: record({ type: fc.constant('resume'), link: small }),
  welcome: record({
    type: fc.constant('welcome'),
    version,
    settings: fc.record(
      {
        stage: text,
        replica: small,
        maxValueBytes: small,
        window: record({ operations: small, bytes: small }),
        restart: fc.constantFrom('on-failure' as const, 'always' as const),
      },
      { requiredKeys: ['stage', 'replica', 'maxValueBytes', 'window'], noNullPrototype: true },
    ),
    ends: fc.array(
      fc.record(
        {
          name: text,
          end: small,
          side: fc.constantFrom('send' as const, 'receive' as const),
          channel: text,
          contract,
        },
        { requiredKeys: ['name', 'end', 'side', 'channel'], noNullPrototype: true },
      ),
      { maxLength: 20 },
    ),
  }),
  refusal: record({ type: fc.constant('refusal'), why: text }),
  deliver: fc.oneof(
    record(delivery),
    record({
      ...delivery,
      ends: fc.array(
        record({
          end: small,
          side: fc.constantFrom('send' as const, 'receive' as const),
          channel: text,
        }),
        { maxLength: 64 },
      ),
    }),
  ),
  completed: record({ type: fc.constant('completed'), op: count, guard: small }),
  late: record({ type: fc.constant('late'), op: count }),
  withdrawn: record({ type: fc.constant('withdrawn'), op: count, guard: small, attempts: small }),
  failed: record({
    type: fc.constant('failed'),
    op: count,
    guard: small,
    attempts: small,
    reason: fc.oneof(
      record({ kind: fc.constant('ended') }),
      record({ kind: fc.constant('lost'), failures: fc.array(failure, { maxLength: 3 }) }),
      record({ kind: fc.constant('broken'), failure }),
      record({ kind: fc.constant('refused'), why: text }),
      record({ kind: fc.constant('too-large'), size: small }),
    ),
  }),
  inspected: record({ type: fc.constant('inspected'), query: count, statistics }),
  probe: record({ type: fc.constant('probe'), probe: small, wantsPlaces: fc.boolean() }),
  shutdown: record({ type: fc.constant('shutdown') }),
  retire: record({ type: fc.constant('retire') }),
};
