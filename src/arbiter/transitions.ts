/**
 * The life of an operation, as one table. Every change of state is looked up here and nowhere else.
 *
 * | state       | meaning                                                                  | its owner was told    |
 * | ----------- | ------------------------------------------------------------------------ | --------------------- |
 * | `waiting`   | stands in the line of each of its guards                                 | nothing               |
 * | `delivered` | a send whose value is in a receiver's hand                               | nothing               |
 * | `late`      | the same, and a tentative withdrawal was answered `late`                 | `late`                |
 * | `recalled`  | the same, and its owner wants it back for good (timer, abort, poll)      | `late`                |
 * | `stored`    | a value that belongs to the channel and stands in its store              | `completed`, or dead  |
 * | `lent`      | a value that belongs to the channel and is in a receiver's hand          | `completed`, or dead  |
 * | `holding`   | a receive that was given a value and has not yet said what became of it  | `deliver`             |
 * | `ended`     | has had its one ending; the arbiter knows it no more                     | its ending            |
 *
 * A channel of capacity 0 gets into `stored` and `lent` too: a value that was delivered at least once
 * outlives its sender (R8).
 */
export type State =
  | 'waiting'
  | 'delivered'
  | 'late'
  | 'recalled'
  | 'stored'
  | 'lent'
  | 'holding'
  | 'ended';

/**
 * What can happen to an operation.
 *
 * `match` its value is given to a receiver · `match-poll` the same, and it did not want to wait ·
 * `receive` it is given a value · `store` the channel keeps the value · `drop` the channel drops the value · `withdraw-tentative`,
 * `withdraw-final` its owner asks for it back · `take` the value in hand was taken · `come-back` the value
 * in hand came back unharmed, or its receiver died with attempts left · `exhaust` its receiver died, with
 * no attempts left, or refused it · `owner-gone` its owner died · `adopt` its owner died, and a receiver had
 * its value in hand before · `shut` the other side of its channel is gone for good.
 */
export type Happening =
  | 'match'
  | 'match-poll'
  | 'receive'
  | 'store'
  | 'drop'
  | 'withdraw-tentative'
  | 'withdraw-final'
  | 'take'
  | 'come-back'
  | 'exhaust'
  | 'owner-gone'
  | 'adopt'
  | 'shut';

/** `ignored`: legal, and changes nothing. `illegal`: the arbiter would be wrong, or a party lies. */
export type Verdict = State | 'ignored' | 'illegal';

const nothing = {
  match: 'illegal',
  'match-poll': 'illegal',
  receive: 'illegal',
  store: 'illegal',
  drop: 'illegal',
  'withdraw-tentative': 'illegal',
  'withdraw-final': 'illegal',
  take: 'illegal',
  'come-back': 'illegal',
  exhaust: 'illegal',
  'owner-gone': 'illegal',
  adopt: 'illegal',
  shut: 'illegal',
} as const satisfies Record<Happening, Verdict>;

export const transitions: Readonly<Record<State, Readonly<Record<Happening, Verdict>>>> = {
  waiting: {
    ...nothing,
    match: 'delivered',
    'match-poll': 'recalled',
    receive: 'holding',
    store: 'stored',
    drop: 'ended',
    'withdraw-tentative': 'ended',
    'withdraw-final': 'ended',
    'owner-gone': 'ended',
    adopt: 'stored',
    shut: 'ended',
  },
  delivered: {
    ...nothing,
    'withdraw-tentative': 'late',
    'withdraw-final': 'recalled',
    take: 'ended',
    'come-back': 'waiting',
    exhaust: 'ended',
    'owner-gone': 'lent',
    shut: 'ignored',
  },
  late: {
    ...nothing,
    'withdraw-final': 'recalled',
    take: 'ended',
    'come-back': 'waiting',
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
  stored: { ...nothing, match: 'lent', drop: 'ended', shut: 'ended' },
  lent: { ...nothing, take: 'ended', 'come-back': 'stored', exhaust: 'ended', shut: 'ignored' },
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
