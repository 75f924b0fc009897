import { type Receiver, type Sender, Supervisor } from 'handover';
import { expect } from 'vitest';
import { LogBook } from '../support/log-book.ts';
import { ownProcesses } from '../support/processes.ts';
import { stageModule } from '../support/stage-module.ts';
import type { Case, Participant } from './case.ts';
import {
  type Ending,
  endName,
  nameOf,
  type Order,
  type Outcome,
  type Part,
  type Setting,
} from './orders.ts';

/** At most so many processes; where a case has more participants, some share one. */
const mostHosts = 4;

interface Host {
  readonly orders: Sender<Order>;
  readonly ends: Record<string, Sender<never> | Receiver<unknown>>;
}

interface Role {
  readonly part: Part;
  readonly participant: Participant;
  readonly host: Host;
}

/**
 * A few processes that act the cases of a file in some settings, one after the other. They were given the ends
 * for all of them when they were started.
 */
export class Hosts {
  readonly #book = new LogBook();
  /** What can go directly does so from the second value on. */
  readonly #supervisor = new Supervisor({ log: this.#book.log, direct: { after: 1 } });
  readonly #outcomes = this.#supervisor.channel<Outcome>('outcomes');
  readonly #cases: readonly Case[];
  readonly #hosts: readonly Host[];
  /** Settings that have not come to a good end. */
  readonly #open = new Set<Setting>();
  /** Who waits for the outcome of a participant. */
  readonly #awaited = new Map<string, (outcome: Ending) => void>();

  constructor(file: URL, cases: readonly Case[], settings: readonly Setting[]) {
    this.#cases = cases;
    const most = Math.max(...settings.map((setting) => participantsOf(this.#caseOf(setting))));
    this.#hosts = Array.from({ length: Math.min(most, mostHosts) }, (_, index) => {
      const orders = this.#supervisor.channel<Order>(`orders ${index}`);
      const outcomes = this.#outcomes.sender.clone();
      return { orders: orders.sender, ends: { orders: orders.receiver, outcomes } };
    });
    this.#outcomes.sender.close();
    for (const setting of settings) this.#give(setting);
    this.#hosts.forEach(({ ends }, index) => {
      this.#supervisor.stage(`host ${index}`, {
        module: stageModule('act-participants'),
        args: [file.href],
        ends,
      });
    });
    void this.#listen();
  }

  /** Gives the hosts the ends of the supervisor's channels. */
  #give(setting: Setting): void {
    const far = Object.entries(this.#caseOf(setting).channels).filter(
      ([name]) => name !== setting.near,
    );
    const made = far.map(([name, options]) => {
      const unique = `${nameOf({ ...setting, participant: '' })}${name}`;
      return [name, this.#supervisor.channel<unknown>(unique, options)] as const;
    });
    for (const { part, participant, host } of this.#cast(setting)) {
      for (const [name, { sender, receiver }] of made) {
        if (participant.sends.includes(name)) {
          host.ends[endName('to', name, part)] = sender.clone();
        }
        if (participant.receives.includes(name)) {
          host.ends[endName('from', name, part)] = receiver.clone();
        }
      }
    }
    for (const [, { sender, receiver }] of made) {
      sender.close();
      receiver.close();
    }
  }

  /** Resolves when all participants have come to their end. */
  async act(setting: Setting): Promise<void> {
    this.#open.add(setting);
    const cast = this.#cast(setting);
    const reports = this.#reportsOf(cast.map(({ part }) => part));
    for (const host of new Set(cast.map(({ host }) => host))) {
      const own = cast.filter((role) => role.host === host);
      await host.orders.send({
        ...setting,
        participants: own.map(({ part: { participant } }) => participant),
      });
    }
    this.#caseOf(setting).check(Object.fromEntries(await reports));
    this.#open.delete(setting);
  }

  /** What the participants come to; fails with the first that has a problem. */
  #reportsOf(parts: readonly Part[]): Promise<readonly (readonly [string, unknown])[]> {
    const reports = parts.map((part) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly [string, unknown]>();
      this.#awaited.set(nameOf(part), (outcome) => {
        if ('report' in outcome) resolve([part.participant, outcome.report]);
        else reject(new Error(`${part.participant}: ${outcome.problem}`));
      });
      return promise;
    });
    return Promise.all(reports);
  }

  async #listen(): Promise<void> {
    try {
      for await (const outcome of this.#outcomes.receiver) {
        this.#awaited.get(nameOf(outcome))?.(outcome);
      }
    } catch (error) {
      for (const resolve of this.#awaited.values()) resolve({ problem: String(error) });
    }
  }

  /** Lets all processes end, each of which must end well, unless a case has failed. */
  async end(): Promise<void> {
    for (const { orders } of this.#hosts) orders.close();
    try {
      if (this.#open.size === 0) await this.#supervisor.finished();
    } finally {
      await this.#supervisor.stop({ drain: 0, terminate: 0 });
    }
    expect(ownProcesses(), 'processes left behind').toEqual([]);
  }

  /** Those who hold the channel inside a process are all in the first one. */
  #cast(setting: Setting): readonly Role[] {
    const { participants } = this.#caseOf(setting);
    const [first, ...others] = this.#hosts;
    const elsewhere = setting.near === null || others.length === 0 ? this.#hosts : others;
    return Object.entries(participants).map(([name, participant], index) => {
      const isNear = setting.near !== null && holds(participant, setting.near);
      const host = isNear ? first : elsewhere[index % elsewhere.length];
      if (host === undefined) throw new Error('there are no hosts');
      return { part: { ...setting, participant: name }, participant, host };
    });
  }

  #caseOf({ case: index }: Setting): Case {
    const one = this.#cases[index];
    if (one === undefined) throw new Error(`there is no case ${index}`);
    return one;
  }
}

/** Each case with all of its channels between processes. */
export function acrossProcesses(cases: readonly Case[]): readonly Setting[] {
  return cases.flatMap(({ notAcrossProcesses }, index) =>
    notAcrossProcesses === undefined ? { case: index, near: null } : [],
  );
}

/** Each case with one of its channels inside a process: each of those that somebody holds beside others. */
export function overBothKinds(cases: readonly Case[]): readonly Setting[] {
  return cases.flatMap((one, index) =>
    one.notOverBothKinds === undefined
      ? heldBesideOthers(one).map((near) => ({ case: index, near }))
      : [],
  );
}

function heldBesideOthers({ channels, participants }: Case): readonly string[] {
  const holders = Object.values(participants).filter((held) => channelsOf(held).size > 1);
  return Object.keys(channels).filter((name) => holders.some((held) => holds(held, name)));
}

function holds(participant: Participant, channel: string): boolean {
  return channelsOf(participant).has(channel);
}

function channelsOf({ sends, receives }: Participant): ReadonlySet<string> {
  return new Set([...sends, ...receives]);
}

function participantsOf({ participants }: Case): number {
  return Object.keys(participants).length;
}
