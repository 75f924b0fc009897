import type { ChannelId, Terms } from '../../../src/arbiter/events.ts';
import { Exchange } from '../../../src/exchange/exchange.ts';
import type { Limits, Reply, Seat } from '../../../src/exchange/seat.ts';

export const rendezvous: Terms = { capacity: 0, overflow: 'block', maxAttempts: 3 };

export const unlimited: Limits<string> = {
  operations: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
  sizeOf: (value) => value.length,
};

/** Somebody at a seat, who notes what is said there. */
export interface Sitter {
  readonly seat: Seat<string>;
  /** In short, since the last look. */
  heard(): readonly string[];
}

/** An exchange with seats; its invariants are checked whenever somebody looks at what was heard. */
export class Room {
  readonly dropped: string[] = [];
  /** What became of values by themselves, in short. */
  readonly exchange = new Exchange<string>(
    (value, { channel, attempts }) => `${value} from ${channel} after ${attempts}`,
    {
      onDiscarded: ({ channel, value, reason }) =>
        this.dropped.push(`${value} on ${channel}: ${reason}`),
      onRetried: ({ channel, attempts, failure }) =>
        this.dropped.push(`retried on ${channel} after ${attempts}: ${failure?.message}`),
      onBuried: ({ channel, attempts, deadLetters }) =>
        this.dropped.push(`buried on ${deadLetters} after ${attempts} on ${channel}`),
    },
    () => 0,
  );

  open(terms: Partial<Terms> = {}, name?: string, deadLetters?: ChannelId): number {
    return this.exchange.open({ ...rendezvous, ...terms }, name, deadLetters);
  }

  /** @param onReply what the sitter does about what it hears */
  sit(
    onReply: (reply: Reply<string>) => void = () => {},
    limits: Limits<string> = unlimited,
  ): Sitter {
    let heard: string[] = [];
    const seat = this.exchange.seat((reply) => {
      heard.push(inShort(reply));
      onReply(reply);
    }, limits);
    return {
      seat,
      heard: () => {
        this.exchange.checkInvariants();
        const since = heard;
        heard = [];
        return since;
      },
    };
  }
}

export function send(seat: Seat<string>, op: number, end: number, value: string): void {
  seat.offer({ op, isPoll: false, isPriority: false, guards: [{ end, value }] });
}

export function receive(seat: Seat<string>, op: number, end: number): void {
  seat.offer({ op, isPoll: false, isPriority: false, guards: [{ end }] });
}

function inShort(reply: Reply<string>): string {
  switch (reply.type) {
    case 'deliver':
      return `${reply.op}: ${reply.value}`;
    case 'failed':
      return `${reply.op}: ${reply.reason.kind}`;
    case 'violation':
      return `violation: ${reply.problem}`;
    default:
      return `${reply.op}: ${reply.type}`;
  }
}
