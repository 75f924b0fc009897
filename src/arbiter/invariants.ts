import type { ChannelState } from './channel-state.ts';
import type { Line } from './line.ts';
import type { Operation } from './operation.ts';
import type { Outcomes } from './outcomes.ts';

/** The invariants I1 to I9 of `arbiter.ts`, each checked the slow way. */
export function checkInvariants<V>(
  channels: Iterable<ChannelState<V>>,
  outcomes: Outcomes<V>,
): void {
  const held = new Map<number, Operation<V>[]>();
  const seen = new Set<Operation<V>>();
  const aside: (Operation<V> | undefined)[] = [];
  for (const party of outcomes.parties()) {
    for (const operation of outcomes.operationsOf(party).values()) {
      check('I1', standsWhereItShould(operation), operation);
      check('I9', isEngagedRightly(operation), operation);
      if (operation.isAside) aside.push(operation, operation.partner);
      if (operation.state !== 'holding') continue;
      const send = operation.held;
      check('I4', send !== undefined && isInHand(send) && !seen.has(send), operation);
      if (send === undefined) continue;
      seen.add(send);
      held.set(operation.channel, [...(held.get(operation.channel) ?? []), send]);
    }
  }
  const carried = new Map<string, number>();
  const carry = (operation: Operation<V>): void => {
    for (const { channel, side } of operation.carried) {
      carried.set(`${side} ${channel}`, (carried.get(`${side} ${channel}`) ?? 0) + 1);
    }
  };
  for (const party of outcomes.parties()) {
    for (const operation of outcomes.operationsOf(party).values()) {
      carry(operation);
      if (operation.held?.state === 'lent') carry(operation.held);
    }
  }
  const all = [...channels];
  for (const { store, deadLetters } of all) {
    for (const { operation } of store) carry(operation);
    const key = `send ${deadLetters?.id}`;
    if (deadLetters !== undefined) carried.set(key, (carried.get(key) ?? 0) + 1);
  }
  for (const channel of all) {
    check('I8', channel.senders >= (carried.get(`send ${channel.id}`) ?? 0), channel);
    check('I8', channel.receivers >= (carried.get(`receive ${channel.id}`) ?? 0), channel);
    const inHand = held.get(channel.id) ?? [];
    const away = [...new Set(aside)].filter((operation) => operation !== undefined);
    const sides = away.flatMap(({ openGuards, guards }) =>
      openGuards.flatMap((at) => (guards[at]?.channel === channel.id ? guards[at].side : [])),
    );
    const kept = away.filter((one) => one.state === 'reserved' && one.channel === channel.id);
    const lent = inHand.filter((send) => send.state === 'lent').length + kept.length;
    check('I5', channel.inHand === inHand.length && channel.lent === lent, channel);
    for (const side of ['send', 'receive'] as const) {
      const count = sides.filter((other) => other === side).length;
      check(
        'I5',
        (side === 'send' ? channel.asideSends : channel.asideReceives) === count,
        channel,
      );
    }
    check('I3', isInOrder(channel.sending) && isInOrder(channel.kept), channel);
    check('I3', isInOrder(channel.receiving) && isInOrder(channel.store), channel);
    check(
      'I1',
      [...channel.store].every((place) => standsWhereItShould(place.operation)),
      channel,
    );
    for (const { operation } of channel.receiving) {
      check('I2', channel.firstValue(operation) === undefined, channel);
    }
    check('I6', channel.receivers > 0 || !channel.hasValue(), channel);
    check('I6', !channel.isExhausted() || channel.receiving.length === 0, channel);
    check('I7', channel.sending.length === 0 || !channel.hasRoom(), channel);
  }
}

function standsWhereItShould<V>(operation: Operation<V>): boolean {
  switch (operation.state) {
    case 'waiting':
    case 'shared':
      return operation.places.length === (operation.committed === -1 ? operation.guards.length : 1);
    case 'stored':
    case 'reserved':
      return operation.places.length === 1;
    case 'engaged':
      return (
        operation.places.length === (operation.engagement?.value.operation === operation ? 1 : 0)
      );
    default:
      return operation.places.length === 0;
  }
}

function isEngagedRightly<V>(operation: Operation<V>): boolean {
  const { state, engagement, partner } = operation;
  if (!operation.isAside && state !== 'reserved') return engagement === undefined;
  if (partner === undefined) return state === 'asked';
  return partner.engagement === engagement && (state === 'asked' || partner.state === 'asked');
}

function isInHand<V>({ state }: Operation<V>): boolean {
  return state === 'delivered' || state === 'late' || state === 'recalled' || state === 'lent';
}

function isInOrder<V>(line: Line<V>): boolean {
  const arrivals = [...line].map((place) => place.operation.arrival);
  return (
    arrivals.length === line.length &&
    arrivals.every((arrival, i) => i === 0 || (arrivals[i - 1] as number) <= arrival)
  );
}

function check(invariant: string, holds: boolean, where: unknown): void {
  if (!holds) throw new Error(`${invariant} does not hold`, { cause: where });
}
