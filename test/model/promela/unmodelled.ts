import type { Entry } from './table.ts';

const letters =
  'no model has a channel of dead letters: for the operation it is as if its value had come back, on another channel';

/** Legal entries of the table that no model has. */
export const unmodelled: Readonly<Record<Entry, string>> = {
  'delivered bury → waiting': letters,
  'late bury → waiting': letters,
  'stored bury → stored': letters,
  'lent bury → stored': letters,
};

const inHand = 'what is in hand stands in no line, and the arbiter shuts only what does';
const small = 'it takes more operations, or more kinds of events at once, than an everyday run has';

/** Entries that the models have and no everyday run comes to. */
export const unreached: Readonly<Record<Entry, string>> = {
  'delivered shut → delivered': inHand,
  'late shut → late': inHand,
  'recalled shut → recalled': inHand,
  'lent shut → lent': inHand,
  'freed match-poll → recalled': small,
  'engaged match-poll → recalled': small,
  'engaged store → stored': small,
  'engaged drop → ended': small,
  'engaged withdraw-in-vain → engaged': small,
  'engaged adopt → reserved': small,
  'engaged shut → ended': small,
  'engaged withdraw-tentative → ended': small,
  'engaged withdraw-final → ended': small,
  'reserved engage → reserved': small,
};
