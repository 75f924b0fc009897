import { type Channel, channel, type Receiver, type Sender } from 'handover';
import { act, type Case, type Participant } from './case.ts';

/** Acts the case with tasks of this process, over channels of this process. */
export async function actInOneProcess({ channels, participants, check }: Case): Promise<void> {
  const made = mapped(channels, (options, name) => channel<unknown>({ ...options, name }));
  const holdings = mapped(participants, (participant) => holdingsOf(participant, made));
  for (const [sender, receiver] of Object.values(made)) {
    sender.close();
    receiver.close();
  }
  const acting = Object.entries(participants).map(async ([name, participant]) => {
    const held = holdings[name] ?? { to: {}, from: {} };
    return [name, await act(participant, { ...held, open: channel })] as const;
  });
  check(Object.fromEntries(await Promise.all(acting)));
}

function holdingsOf(
  { sends, receives }: Participant,
  channels: Readonly<Record<string, Channel<unknown>>>,
) {
  return {
    to: clones(sends, (name) => channels[name]?.sender),
    from: clones(receives, (name) => channels[name]?.receiver),
  };
}

function clones<E extends Sender<unknown> | Receiver<unknown>>(
  names: readonly string[],
  endOf: (name: string) => E | undefined,
): Readonly<Record<string, E>> {
  return Object.fromEntries(
    names.map((name) => {
      const end = endOf(name);
      if (end === undefined) throw new Error(`the case has no channel "${name}"`);
      return [name, end.clone() as E];
    }),
  );
}

function mapped<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, change(value, name)]),
  );
}
