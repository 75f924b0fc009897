/**
 * What is checked, and what has to come out: a model that cannot break shows nothing, so each promise has
 * mutants, which break a rule (`BAD_…`) and must be found.
 */
export interface Run {
  /** The file, without `.pml`. */
  readonly model: string;
  readonly flags: string;
  readonly expected: 'holds' | 'breaks';
  readonly shows: string;
}

function holds(model: string, shows: string, ...flags: readonly string[]): readonly Run[] {
  return flags.map((flag) => ({ model, flags: flag, expected: 'holds', shows }));
}

function breaks(model: string, shows: string, ...flags: readonly string[]): readonly Run[] {
  return flags.map((flag) => ({ model, flags: flag, expected: 'breaks', shows }));
}

export const runs: readonly Run[] = [
  ...holds('choice', 'R1 R2 R4 R6', 'PARTIES=2 OPERATIONS=1 ALL_GUARDS EXTENDED'),
  ...breaks('choice', 'R1', 'PARTIES=2 OPERATIONS=1 BAD_COMPLETED_AT_DELIVERY'),
  ...breaks('choice', 'R4', 'PARTIES=2 OPERATIONS=1 BAD_UNKNOWN'),
  ...breaks(
    'choice',
    'R6',
    'PARTIES=2 OPERATIONS=1 BAD_SELF',
    'PARTIES=2 OPERATIONS=2 EXTENDED BAD_LOSERS_STAY',
  ),

  ...holds(
    'crash',
    'R1 R2 R3 R4 R7 R8',
    'RECEIVES=1 WITHDRAWN',
    'RECEIVES=1 POLLS RETURNED SENDER_DIES',
    'RECEIVES=2 SENDER_DIES',
  ),
  ...holds(
    'crash',
    'R2 R3 R5 R7 R8',
    'CAPACITY=1 RECEIVES=1 SENDER_DIES RETURNED',
    'CAPACITY=1 DROP_OLDEST RETURNED',
  ),
  ...breaks('crash', 'R2', 'RECEIVES=1 BAD_EXIT_FIRST'),
  ...breaks('crash', 'R3', 'BAD_NEWEST_FIRST'),
  ...breaks('crash', 'R4', 'BAD_ATTEMPTS', 'RECEIVES=1 WITHDRAWN RETURNED BAD_FORGET'),
  ...breaks('crash', 'R5', 'CAPACITY=1 BAD_FREE_AT_DELIVER'),
  ...breaks('crash', 'R7', 'BAD_TO_THE_BACK'),
  ...breaks('crash', 'R8', 'RECEIVES=1 SENDER_DIES BAD_VANISH'),

  ...holds(
    'ends',
    'R4 R9',
    'SENDERS=1 SENDS=2 RECEIVERS=1',
    'SENDERS=1 SENDS=2 RECEIVERS=1 CAPACITY=1',
  ),
  ...breaks(
    'ends',
    'R9',
    'SENDERS=1 SENDS=2 RECEIVERS=1 BAD_CLOSE_OVERTAKES',
    'SENDERS=1 SENDS=1 RECEIVERS=1 BAD_CLEAN_END',
    'SENDERS=1 SENDS=1 RECEIVERS=2 BAD_ENDED_WHILE_IN_HAND',
  ),

  ...holds('travel', 'R9', 'INCARNATIONS=1', 'MAX_ATTEMPTS=1'),
  ...breaks(
    'travel',
    'R9',
    'BAD_COUNTED_AT_TAKEN',
    'BAD_MOVED_AT_DELIVERY',
    'BAD_WITHDRAWN_DROPS',
    'BAD_LEAK',
    'BAD_CLOSE_OVERTAKES',
  ),

  ...holds('mixed', 'R2 R4 R6', '', 'EXTENDED_PEER'),
  ...breaks('mixed', 'R4', 'EXTENDED_PEER BAD_SILENT', 'EXTENDED_PEER BAD_NOT_RELEASED'),
  ...breaks('mixed', 'R6', 'EXTENDED_PEER BAD_NOT_ASKED', 'BAD_TENTATIVE'),

  ...holds(
    'shared',
    'R2 R3 R4 R6 R8',
    'RECEIVERS=1 SENDER_DIES',
    'RECEIVERS=1 CAPACITY=1 DROP_NEWEST',
    'PLAIN_SENDS',
  ),
  ...breaks('shared', 'R3', 'PLAIN_SENDS BAD_OVERTAKES', 'PLAIN_SENDS BAD_KEPT_FIRST'),
  ...breaks('shared', 'R4', 'RECEIVERS=1 BAD_NOT_RELEASED'),

  ...holds('direct', 'R1 R2 R3 R4', 'SENDS=3 SECURED PARTS=1 RECALLS=1'),
  ...holds('direct', 'R1 R2 R3 R4 R6', 'SEND_KINDS=7 KINDS=7 ANOTHER', 'SEND_KINDS=9 TASKS=2'),
  ...holds('direct', 'R1 R2 R3 R4 R7 R8 R9', 'CLOSES SENDER_DIES=1 RECEIVER_DIES=1 LAST_DEATH'),
  ...breaks('direct', 'R1', 'BAD_TAKES_AHEAD'),
  ...breaks('direct', 'R2', 'PARTS=1 BAD_NOT_TO_THE_END'),
  ...breaks('direct', 'R3', 'PARTS=1 BAD_NEW_AT_ONCE'),
  ...breaks('direct', 'R4', 'KINDS=5 TASKS=2 NESTED BAD_JOINS_FOREVER'),
  ...breaks('direct', 'R4', 'CLONE_SENDS BAD_OF_OTHERS', 'SEND_KINDS=9 BAD_NO_RESUME'),
  ...breaks('direct', 'R6', 'SEND_KINDS=5 BAD_NOT_ASKED'),
  ...breaks('direct', 'R7', 'RECEIVER_DIES=1 BAD_CODE_FIRST'),
  ...breaks(
    'direct',
    'R9',
    'CLOSES BAD_CLOSE_AT_ONCE',
    'SENDER_DIES=1 LAST_DEATH BAD_FAILED_STAYS',
  ),
];

/** Checked where there is time: minutes, and gigabytes. */
export const largeRuns: readonly Run[] = [
  ...holds(
    'choice',
    'R1 R2 R4 R6',
    'PARTIES=2 OPERATIONS=2',
    'PARTIES=2 OPERATIONS=2 EXTENDED',
    'PARTIES=3 OPERATIONS=1',
  ),
  ...holds(
    'crash',
    'R1 R2 R3 R4 R7 R8',
    'INCARNATIONS=3 RECEIVES=1 SENDER_DIES',
    'RECEIVES=1 WITHDRAWN SENDER_DIES',
    'CAPACITY=1 DROP_NEWEST RETURNED',
    'RECEIVES=1 WITHDRAWN RETURNED',
    'RECEIVES=1 WITHDRAWN RETURNED SENDER_DIES',
    'RECEIVES=1 WITHDRAWN POLLS SENDER_DIES',
    'RECEIVES=2 WITHDRAWN',
    'CAPACITY=1 DROP_OLDEST RETURNED SENDS=3',
    'CAPACITY=1 RECEIVES=1 WITHDRAWN SENDER_DIES',
    'INCARNATIONS=3 RECEIVES=1 WITHDRAWN MAX_ATTEMPTS=3',
  ),
  ...holds(
    'ends',
    'R4 R9',
    'SENDERS=1 SENDS=1 RECEIVERS=2',
    'SENDERS=2 SENDS=1 RECEIVERS=1',
    'SENDERS=1 SENDS=2 RECEIVERS=2',
  ),
  ...holds('travel', 'R9', '', 'MAX_ATTEMPTS=3'),
  ...holds('mixed', 'R2 R4 R6', 'TIMERS', 'EXTENDED_PEER TIMERS'),
  ...holds(
    'shared',
    'R2 R3 R4 R6 R8',
    'RECEIVERS=1 POLLS CAPACITY=1 SENDER_DIES',
    'RECEIVERS=1 CAPACITY=1 DROP_OLDEST SENDER_DIES',
    'RECEIVERS=1 ALL_RECALLED SENDER_DIES',
  ),
  ...holds(
    'direct',
    'R1 R2 R3 R4',
    'SENDS=3 TASKS=2 MEETS=2 PARTS=1',
    'SEND_KINDS=3 KINDS=31 TASKS=2',
    'SEND_KINDS=15 MEETS=2 PARTS=1 RECALLS=1',
    'SEND_KINDS=9 TASKS=2 MEETS=2 PARTS=1',
    'CLONE_SENDS MEETS=2',
    'CLONE_RECEIVES STOPS MEETS=2',
    'KINDS=5 TASKS=2 NESTED',
  ),
  ...holds(
    'direct',
    'R2 R3 R4 R7 R8 R9',
    'SEND_KINDS=3 KINDS=5 SENDER_DIES=1 RECEIVER_DIES=1',
    'DESCENDANT MEETS=2 SENDER_DIES=1 RECEIVER_DIES=1',
    'DESCENDANT SENDER_DIES=1 LAST_DEATH TASKS=2',
    'SECURED TASKS=2 CLOSES SENDER_DIES=1 LAST_DEATH',
    'CLOSES RECEIVER_CLOSES SENDER_DIES=1 RECEIVER_DIES=1 LAST_DEATH',
  ),
  ...breaks('direct', 'R1', 'SECURED PARTS=1 BAD_FORGETS_UNDER_WAY'),
  ...breaks('direct', 'R2', 'PARTS=1 BAD_RESUMED_EARLY'),
  ...breaks('direct', 'R3', 'PARTS=1 BAD_LAST_FIRST', 'SENDS=3 SEND_KINDS=3 BAD_HELD_FIRST'),
  ...breaks('direct', 'R4', 'CLONE_SENDS BAD_NOT_PARTED', 'RECALLS=1 BAD_RECALLED_AT_ONCE'),
  ...breaks('direct', 'R4', 'BAD_JOIN_AT_ONCE', 'BAD_NOT_WITHDRAWN', 'KINDS=3 BAD_CHOICE_WAITS'),
  ...breaks(
    'direct',
    'R4',
    'PARTS=1 BAD_KEEPS_PIPES',
    'PARTS=1 BAD_KEPT_OPEN',
    'PARTS=1 BAD_UNTOLD',
  ),
  ...breaks('direct', 'R4', 'SEND_KINDS=5 BAD_CHOICE_STAYS', 'SEND_KINDS=5 BAD_CHOICE_JOINS'),
  ...breaks('direct', 'R4', 'SEND_KINDS=3 BAD_STAYS_LINKED', 'SEND_KINDS=9 BAD_POLL_AT_ONCE'),
  ...breaks('direct', 'R4', 'SEND_KINDS=9 BAD_PARTED_FIRST', 'CLONE_SENDS BAD_LOOKS_LATER'),
  ...breaks('direct', 'R4', 'SEND_KINDS=9 TASKS=2 BAD_POLL_NOBODY'),
  ...breaks('direct', 'R4', 'SEND_KINDS=9 TASKS=2 PARTS=1 BAD_PARTED_EARLY'),
  ...breaks('direct', 'R7', 'KINDS=4 RECEIVER_DIES=1 BAD_WORK_DIRECT'),
  ...breaks('direct', 'R8', 'KINDS=5 SENDER_DIES=1 RECEIVER_DIES=1 BAD_NOT_EMPTY'),
  ...breaks('direct', 'R9', 'SENDER_DIES=1 LAST_DEATH TASKS=2 BAD_TAKES_STILL'),
  ...breaks('direct', 'R9', 'SECURED TASKS=2 SENDER_DIES=1 LAST_DEATH BAD_END_OVERTAKES'),
];
