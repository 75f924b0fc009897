/**
 * A case: channels, and participants that hold ends of them. It is written once, and acted by tasks of one
 * process and by processes.
 *
 * Each participant gets copies of its own of the ends that it names, and they are closed when it is over: so a
 * channel ends when the last of its senders has come to its end, wherever they are.
 */
import type { Channel, ChannelOptions, Receiver, Sender } from 'handover/child';

/** How a channel is made, and what its values are. */
export interface ChannelOf<T> extends ChannelOptions {
  readonly carries?: T;
}

/** A channel for a case; without options, a rendezvous. */
export function of<T>(options: ChannelOptions = {}): ChannelOf<T> {
  return options;
}

type Channels = Readonly<Record<string, ChannelOf<unknown>>>;
type Carried<C> = C extends ChannelOf<infer T> ? T : never;

/** Makes one more channel, of the kind that the case is acted with. */
export type Open = <T>(options?: ChannelOptions<T>) => Channel<T>;

/** What a participant holds: senders by channel, and receivers by channel. */
export interface Holdings<C extends Channels, S extends keyof C, R extends keyof C> {
  readonly to: { readonly [K in S]: Sender<Carried<C[K]>> };
  readonly from: { readonly [K in R]: Receiver<Carried<C[K]>> };
  readonly open: Open;
}

/** The same, whatever the case is. */
export interface AnyHoldings {
  readonly to: Readonly<Record<string, Sender<unknown>>>;
  readonly from: Readonly<Record<string, Receiver<unknown>>>;
  readonly open: Open;
}

export interface Participant<Report = unknown> {
  readonly sends: readonly string[];
  readonly receives: readonly string[];
  /** Throws what contradicts the case; what it returns is its report, which has to travel. */
  readonly act: (holdings: AnyHoldings) => Promise<Report>;
}

type Cast<C extends Channels> = <
  Report,
  S extends keyof C & string = never,
  R extends keyof C & string = never,
>(
  names: { readonly sends?: readonly S[]; readonly receives?: readonly R[] },
  act: (holdings: Holdings<C, S, R>) => Promise<Report>,
) => Participant<Report>;

type Participants = Readonly<Record<string, Participant>>;

/** What the participants of a case report, by name. */
export type Reports<P extends Participants = Participants> = {
  readonly [K in keyof P]: P[K] extends Participant<infer Report> ? Report : never;
};

interface Named<C extends Channels> {
  /** Begins with the guarantee. */
  readonly title: string;
  readonly channels: C;
  /** Why it is acted in one process only. */
  readonly notAcrossProcesses?: string | undefined;
  /** Why it is not acted with one of its channels inside a process, and the others between processes. */
  readonly notOverBothKinds?: string | undefined;
}

export interface Case extends Named<Channels> {
  readonly participants: Participants;
  readonly check: (reports: Reports) => void;
}

interface CaseOf<C extends Channels, P extends Participants> extends Named<C> {
  readonly participants: (cast: Cast<C>) => P;
  /** Throws what the reports together contradict. */
  readonly check?: (reports: Reports<P>) => void;
}

export function expectation<C extends Channels, P extends Participants>({
  participants,
  check = () => {},
  ...rest
}: CaseOf<C, P>): Case {
  const cast: Cast<C> = ({ sends = [], receives = [] }, act) => ({
    sends,
    receives,
    act: act as unknown as Participant<Awaited<ReturnType<typeof act>>>['act'],
  });
  return { ...rest, participants: participants(cast), check: check as Case['check'] };
}

/** A participant without ends. */
export function task<Report>(act: Participant<Report>['act']): Participant<Report> {
  return { sends: [], receives: [], act };
}

/** Acts one participant, and closes its ends. */
export async function act({ act }: Participant, holdings: AnyHoldings): Promise<unknown> {
  try {
    return await act(holdings);
  } finally {
    for (const end of [...Object.values(holdings.to), ...Object.values(holdings.from)]) end.close();
  }
}

/** The same participant several times, each under a name of its own. */
export function several(
  count: number,
  name: string,
  make: (index: number) => Participant,
): Readonly<Record<string, Participant>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${name} ${index}`, make(index)]),
  );
}

/** What those have reported. */
export function reportsOf<Report>(name: string, reports: object): Report[] {
  return Object.entries(reports)
    .filter(([whose]) => whose.startsWith(`${name} `))
    .map(([, report]) => report);
}
