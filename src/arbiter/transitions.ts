/**
 * The life of an operation, as one table. Every change of state is looked up here and nowhere else.
 *
 * | state       | meaning                                                                 | its owner was told     |
 * | ----------- | ----------------------------------------------------------------------- | ---------------------- |
 * | `waiting`   | stands in the line of each of its guards                                | nothing                |
 * | `shared`    | the same, and it is offered elsewhere, too                              | nothing, or `released` |
 * | `asked`     | shared: stands aside until its owner says whether it is free            | `ask`                  |
 * | `freed`     | shared, and free: stands aside until its partner's owner has answered   | `ask`                  |
 * | `engaged`   | stands aside until the owner of its partner has answered                | nothing                |
 * | `delivered` | a send whose value is in a receiver's hand                              | nothing                |
 * | `late`      | the same, and a tentative withdrawal was answered `late`                | `late`                 |
 * | `recalled`  | the same, and its owner wants it back for good (timer, abort, poll)     | `late`                 |
 * | `stored`    | a value that belongs to the channel and stands in its store             | `completed`, or dead   |
 * | `reserved`  | the same, but kept for a receive whose owner was asked                  | `completed`, or dead   |
 * | `lent`      | a value that belongs to the channel and is in a receiver's hand         | `completed`, or dead   |
 * | `holding`   | a receive that was given a value and has not yet said what became of it | `deliver`              |
 * | `ended`     | has had its one ending; the arbiter knows it no more                    | its ending             |
 *
 * A channel of capacity 0 gets into `stored` and `lent` too: a value that was delivered at least once
 * outlives its sender (R8).
 *
 * A shared operation is never given anything, and never fails, before its owner was asked: so what ends it here
 * and what ends it elsewhere cannot both come to pass (R6).
 */
export type State =
  | 'waiting'
  | 'shared'
  | 'asked'
  | 'freed'
  | 'engaged'
  | 'delivered'
  | 'late'
  | 'recalled'
  | 'stored'
  | 'reserved'
  | 'lent'
  | 'holding'
  | 'ended';

/**
 * What can happen to an operation.
 *
 * `share` it is offered elsewhere, too · `ask` something is ready for it, and its owner is asked · `free` its
 * owner says that it is offered nowhere else now · `engage` the owner of its partner is asked · `step-back` its
 * partner is gone, and nothing else is ready for it ·
 * `match` its value is given to a receiver · `match-poll` the same, and it did not want to wait ·
 * `receive` it is given a value · `store` the channel keeps the value · `drop` the channel drops the value · `withdraw-tentative`,
 * `withdraw-final` its owner asks for it back · `withdraw-in-vain` its owner asks tentatively, and it is
 * committed to a guard whose value may have been taken by a receiver that died · `take` the value in hand was taken · `come-back` the value
 * in hand came back unharmed, or its receiver failed on it with attempts left · `bury` its receiver failed on it
 * with no attempts left, or its channel has no receiver left: it goes to the channel of dead letters · `exhaust`
 * its receiver failed on it, with no attempts left, or refused it · `owner-gone` its owner died · `adopt` its owner died, and a receiver had
 * its value in hand before · `shut` the other side of its channel is gone for good.
 */
export type Happening =
  | 'share'
  | 'ask'
  | 'free'
  | 'engage'
  | 'step-back'
  | 'match'
  | 'match-poll'
  | 'receive'
  | 'store'
  | 'drop'
  | 'withdraw-tentative'
  | 'withdraw-final'
  | 'withdraw-in-vain'
  | 'take'
  | 'come-back'
  | 'bury'
  | 'exhaust'
  | 'owner-gone'
  | 'adopt'
  | 'shut';

/** `ignored`: legal, and changes nothing. `illegal`: the arbiter would be wrong, or a party lies. */
export type Verdict = State | 'ignored' | 'illegal';

const nothing = {
  share: 'illegal',
  ask: 'illegal',
  free: 'illegal',
  engage: 'illegal',
  'step-back': 'illegal',
  match: 'illegal',
  'match-poll': 'illegal',
  receive: 'illegal',
  store: 'illegal',
  drop: 'illegal',
  'withdraw-tentative': 'illegal',
  'withdraw-final': 'illegal',
  'withdraw-in-vain': 'illegal',
  take: 'illegal',
  'come-back': 'illegal',
  bury: 'illegal',
  exhaust: 'illegal',
  'owner-gone': 'illegal',
  adopt: 'illegal',
  shut: 'illegal',
} as const satisfies Record<Happening, Verdict>;

/** What can become of an operation that nobody has to be asked about. */
const free = {
  ...nothing,
  match: 'delivered',
  'match-poll': 'recalled',
  receive: 'holding',
  store: 'stored',
  drop: 'ended',
  'withdraw-tentative': 'ended',
  'withdraw-final': 'ended',
  'owner-gone': 'ended',
  shut: 'ended',
} as const satisfies Record<Happening, Verdict>;

/** What can become of an operation about which its owner has to be asked. */
const shared = {
  ...nothing,
  'withdraw-tentative': 'ended',
  'withdraw-final': 'ended',
  'owner-gone': 'ended',
} as const satisfies Record<Happening, Verdict>;

export const transitions: Readonly<Record<State, Readonly<Record<Happening, Verdict>>>> = {
  waiting: {
    ...free,
    share: 'shared',
    engage: 'engaged',
    'withdraw-in-vain': 'waiting',
    adopt: 'stored',
  },
  shared: { ...shared, ask: 'asked' },
  asked: { ...shared, free: 'freed' },
  freed: { ...free, engage: 'freed', 'step-back': 'shared' },
  engaged: {
    ...free,
    engage: 'engaged',
    'step-back': 'waiting',
    'withdraw-in-vain': 'engaged',
    adopt: 'reserved',
  },
  delivered: {
    ...nothing,
    'withdraw-tentative': 'late',
    'withdraw-final': 'recalled',
    take: 'ended',
    'come-back': 'waiting',
    bury: 'waiting',
    exhaust: 'ended',
    'owner-gone': 'lent',
    shut: 'ignored',
  },
  late: {
    ...nothing,
    'withdraw-final': 'recalled',
    take: 'ended',
    'come-back': 'waiting',
    bury: 'waiting',
    exhaust: 'ended',
    'owner-gone': 'lent',
    shut: 'ignored',
  },
  recalled: {
    ...nothing,
    take: 'ended',
    'come-back': 'ended',
    exhaust: 'ended',
    'owner-gone': 'lent',
    shut: 'ignored',
  },
  stored: {
    ...nothing,
    engage: 'reserved',
    match: 'lent',
    bury: 'stored',
    drop: 'ended',
    shut: 'ended',
  },
  reserved: { ...nothing, engage: 'reserved', 'step-back': 'stored', match: 'lent' },
  lent: {
    ...nothing,
    take: 'ended',
    'come-back': 'stored',
    bury: 'stored',
    exhaust: 'ended',
    shut: 'ignored',
  },
  holding: {
    ...nothing,
    'withdraw-tentative': 'ignored',
    'withdraw-final': 'ignored',
    take: 'ended',
    'come-back': 'ended',
    exhaust: 'ended',
    'owner-gone': 'ended',
  },
  ended: nothing,
};
