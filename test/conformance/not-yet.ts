/**
 * Why some cases are not acted yet, or not in both ways: one place for each thing that is missing. Where it is
 * `undefined`, they are.
 */
type Missing = 'endsInValues' | 'channelsMadeByStages' | 'closingOneCopy';

export const notYet: { readonly [missing in Missing]: string | undefined } = {
  endsInValues: 'ends cannot travel in values between processes yet',
  /** With it goes `open` of test/fixtures/stages/act-participants.ts. */
  channelsMadeByStages: 'channels between processes are made by the supervisor, not by stages',
  closingOneCopy:
    'what waits on a receiver that is closed goes on while a clone of it in the same process is open',
};
