import type { Entry } from './table.ts';

/** Legal entries of the table that no model has. */
export const unmodelled: Readonly<Record<Entry, string>> = {};

const inHand = 'what is in hand stands in no line, and the arbiter shuts only what does';

/** Entries that the models have and no run comes to. */
export const unreached: Readonly<Record<Entry, string>> = {
  'delivered shut → delivered': inHand,
  'late shut → late': inHand,
  'recalled shut → recalled': inHand,
  'lent shut → lent': inHand,
};
