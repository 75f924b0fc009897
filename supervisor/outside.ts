import type { Receiver } from '../src/ends/receiver.ts';
import type { Sender } from '../src/ends/sender.ts';
import type { Parcel } from '../src/value/codec.ts';

/** Two channels, as code has them that brings values in from elsewhere, and takes others out. */
export interface Outside {
  readonly input: Sender<Parcel>;
  readonly output: Receiver<Parcel>;
  /** Gives up an end; whoever is at the other side learns that it did not end well. */
  break(end: Sender<Parcel> | Receiver<Parcel>, why: string): void;
}
