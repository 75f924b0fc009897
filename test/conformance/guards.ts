import type { Receiver } from 'handover/child';

/** Guards that receive from either of two channels. */
export function both(one: Receiver<number>, other: Receiver<number>) {
  return { one: one.onReceive(), other: other.onReceive() };
}
