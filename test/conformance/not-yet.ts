/**
 * Why some cases are not acted across processes yet: one place for each thing that is missing. Where it is
 * `undefined`, they are.
 */
type Missing = 'endsInValues' | 'channelsMadeByStages';

export const notYet: { readonly [missing in Missing]: string | undefined } = {
  endsInValues: 'ends cannot travel in values between processes yet',
  /** With it goes `open` of test/fixtures/stages/act-participants.ts. */
  channelsMadeByStages: 'channels between processes are made by the supervisor, not by stages',
};
