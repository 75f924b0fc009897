import type { FromProcess, FromSupervisor } from './message.ts';

/** The numbers of docs/protocol.md, clause 3.1. Those of a process are below 64. */
export const messageNumbers = {
  hello: 1,
  offer: 2,
  withdraw: 3,
  taken: 4,
  returned: 5,
  refused: 6,
  close: 7,
  inspect: 8,
  open: 9,
  idle: 10,
  abandoned: 11,
  exiting: 12,
  met: 13,
  parted: 14,
  flow: 15,
  expects: 16,
  welcome: 64,
  refusal: 65,
  deliver: 66,
  completed: 67,
  late: 68,
  withdrawn: 69,
  failed: 70,
  inspected: 71,
  shutdown: 72,
  probe: 73,
  retire: 74,
  meet: 75,
  part: 76,
  resume: 77,
  contract: 78,
} as const satisfies Record<FromProcess['type'] | FromSupervisor['type'], number>;

/** The flags of an offer. */
export const pollFlag = 1;
export const priorityFlag = 2;

/** The side of an end. */
export const sendingSide = 0;
export const receivingSide = 1;
