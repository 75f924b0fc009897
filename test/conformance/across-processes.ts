import { type Receiver, type Sender, Supervisor } from 'handover';
import { expect } from 'vitest';
import { LogBook } from '../support/log-book.ts';
import { ownProcesses } from '../support/processes.ts';
import { stageModule } from '../support/stage-module.ts';
import type { Case } from './case.ts';
import { type Ending, endName, nameOf, type Order, type Outcome } from './orders.ts';

/** At most so many processes; where a case has more participants, some share one. */
const mostHosts = 4;

interface Host {
  readonly orders: Sender<Order>;
  readonly ends: Record<string, Sender<never> | Receiver<unknown>>;
}

/**
 * A few processes that act all cases of a file, one case after the other. They were given the ends of all of
 * them when they were started.
 */
export class Hosts {
  readonly #book = new LogBook();
  readonly #supervisor = new Supervisor({ log: this.#book.log });
  readonly #outcomes = this.#supervisor.channel<Outcome>('outcomes');
  readonly #hosts: readonly Host[];
  /** Cases that have not come to a good end. */
  readonly #open = new Set<number>();
  /** Who waits for the outcome of a participant. */
  readonly #awaited = new Map<string, (outcome: Ending) => void>();

  constructor(file: URL, cases: readonly Case[]) {
    const acted = cases.filter(({ notAcrossProcesses }) => notAcrossProcesses === undefined);
    const most = Math.max(...acted.map(({ participants }) => Object.keys(participants).length));
    this.#hosts = Array.from({ length: Math.min(most, mostHosts) }, (_, index) => {
      const orders = this.#supervisor.channel<Order>(`orders ${index}`);
      const outcomes = this.#outcomes.sender.clone();
      return { orders: orders.sender, ends: { orders: orders.receiver, outcomes } };
    });
    this.#outcomes.sender.close();
    for (const one of acted) this.#give(one, cases.indexOf(one));
    this.#hosts.forEach(({ ends }, index) => {
      this.#supervisor.stage(`host ${index}`, {
        module: stageModule('act-participants'),
        args: [file.href],
        ends,
      });
    });
    void this.#listen();
  }

  #give({ channels, participants }: Case, index: number): void {
    const made = Object.entries(channels).map(
      ([name, options]) =>
        [name, this.#supervisor.channel<unknown>(`${index}: ${name}`, options)] as const,
    );
    for (const [participant, { sends, receives }, { ends }] of this.#cast(participants)) {
      for (const [name, { sender, receiver }] of made) {
        const whose = { case: index, participant };
        if (sends.includes(name)) ends[endName('to', name, whose)] = sender.clone();
        if (receives.includes(name)) ends[endName('from', name, whose)] = receiver.clone();
      }
    }
    for (const [, { sender, receiver }] of made) {
      sender.close();
      receiver.close();
    }
  }

  /** Resolves when all participants of the case have come to their end. */
  async act({ participants, check }: Case, index: number): Promise<void> {
    this.#open.add(index);
    const reports = this.#reportsOf(Object.keys(participants), index);
    for (const [participant, , { orders }] of this.#cast(participants)) {
      await orders.send({ case: index, participant });
    }
    check(Object.fromEntries(await reports));
    this.#open.delete(index);
  }

  /** What the participants of one case come to; fails with the first that has a problem. */
  #reportsOf(
    names: readonly string[],
    index: number,
  ): Promise<readonly (readonly [string, unknown])[]> {
    const reports = names.map((participant) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly [string, unknown]>();
      this.#awaited.set(nameOf({ case: index, participant }), (outcome) => {
        if ('report' in outcome) resolve([participant, outcome.report]);
        else reject(new Error(`${participant}: ${outcome.problem}`));
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

  #cast(participants: Case['participants']) {
    return Object.entries(participants).map(([name, participant], index) => {
      const host = this.#hosts[index % this.#hosts.length];
      if (host === undefined) throw new Error('there are no hosts');
      return [name, participant, host] as const;
    });
  }
}
