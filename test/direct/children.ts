/**
 * Both ends in stages, which are killed at moments that nobody chose: what was promised holds whether the values go
 * directly, through the supervisor, or now this way and now that. What happened is told by a journal that all of
 * them write, and that outlives them.
 *
 * With 4 processes that take, a direct link begins when three of them have taken enough and gone; and whenever the
 * sender has a clone for a moment, a link there was has ended.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervisor } from 'handover';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Numbered } from '../fixtures/stages/send-and-note.ts';
import { Random } from '../model/random.ts';
import { schedules } from '../model/schedules.ts';
import { EventBook } from '../support/event-book.ts';
import { type Entry, entries } from '../support/journal.ts';
import { LogBook } from '../support/log-book.ts';
import { ownProcesses } from '../support/processes.ts';
import { type DirectMode, forceDirect } from './mode.ts';

const count = Number(process.env.HANDOVER_VALUES ?? 300);
const mostKills = count / 50;
/** So many each helper takes before it goes. */
const helping = count / 10;
const seed = schedules(1).first;

export interface Row {
  readonly mode: Exclude<DirectMode, 'ordinary'>;
  readonly way: 'plain' | 'extended' | 'either';
  readonly replicas: number;
}

/** How the stages are started, with arguments as `send-and-note.ts` and `take-and-note.ts` have them. */
export interface StagesOfRow {
  readonly sender: (...args: readonly string[]) => Start;
  readonly taker: (...args: readonly string[]) => Start;
}

type Start =
  | { readonly module: URL; readonly args: readonly string[] }
  | { readonly command: readonly string[] };

export function keepTheirPromises(row: Row, stages: StagesOfRow): void {
  const { mode, way, replicas } = row;
  const again = `(again: HANDOVER_SEED=${seed})`;
  describe(`§14 ${mode} direct, ${way}, by ${replicas} ${again}`, () => {
    let account: Account;
    beforeAll(async () => {
      account = await live(row, stages);
    });

    test('R1 no send completes before somebody asks for a value, nor one for work before that is done', () => {
      let [asked, sent] = [0, 0];
      const done = new Set<number>();
      for (const { what, id } of account.journal) {
        if (what === 'asks') asked++;
        if (what === 'done') done.add(id);
        if (what !== 'sent') continue;
        expect(++sent).toBeLessThanOrEqual(asked);
        if (row.way === 'extended') expect(done).toContain(id);
      }
    });

    test('R2 R7 no value is taken twice: it comes again only as the next attempt, and only after a death', () => {
      const { took, kills } = account;
      const again = took.length - new Set(took.map(({ id }) => id)).size;
      expect(again).toBeLessThanOrEqual(kills.takers);
      const known = took.filter(({ attempt }) => attempt > 0);
      const attempts = known.map(({ id, attempt }) => `${id}, attempt ${attempt}`);
      expect(attempts).toEqual([...new Set(attempts)]);
    });

    test('R3 each process gets the values of one sender in order', () => {
      const { took, kills } = account;
      const takers = new Set(took.map(({ processId }) => processId));
      let descents = 0;
      for (const taker of takers) {
        const ids = took
          .filter(({ processId, attempt }) => processId === taker && attempt <= 1)
          .map(({ id }) => id);
        descents += ids.filter((id, at) => id < (ids[at - 1] ?? -1)).length;
      }
      // What a process had in hand that was killed may come after others, if there are some.
      expect(descents).toBeLessThanOrEqual(row.replicas === 1 ? 0 : kills.takers);
    });

    test('R4 what was withdrawn was taken by nobody, or had been in the hand of one that died', () => {
      const { withdrawn, took, kills } = account;
      const inVain = took.filter(({ id }) => withdrawn.has(id));
      expect(inVain.length).toBeLessThanOrEqual(kills.takers);
      if (row.way === 'plain') expect(inVain).toEqual([]);
    });

    test('R7 R8 what was sent was taken, but for what those had just taken who died; nothing else was', () => {
      const { sent, took, begun, kills } = account;
      const taken = new Set(took.map(({ id }) => id));
      const gone = [...sent].filter((id) => !taken.has(id));
      expect(gone.length).toBeLessThanOrEqual(row.way === 'extended' ? 0 : kills.takers);
      expect([...taken].filter((id) => !begun.has(id))).toEqual([]);
    });

    test('R8 R9 all was begun in turn, and each send has one ending, but for those of senders that died', () => {
      const { begun, sent, withdrawn, journal, kills } = account;
      expect([...begun]).toEqual(Array.from({ length: count }, (_, id) => id));
      const endings = journal.filter(({ what }) => what === 'sent' || what === 'withdrawn');
      expect(endings.length).toBe(sent.size + withdrawn.size);
      expect(endings.length).toBeGreaterThanOrEqual(count - kills.senders * mostAtOnce);
    });

    test('§14.9 values go as the mode says', () => {
      if (row.mode === 'never') expect(account.looks).not.toContain('direct');
      // With 4, a link begins late, and may never be there at a look.
      const goes = row.mode === 'always' && row.way === 'plain' && row.replicas === 1;
      if (goes) expect(account.looks).toContain('direct');
    });

    test('R10 who died was killed, and nobody else did', () => {
      expect(account.signals).toEqual(account.signals.map(() => 'SIGKILL'));
      expect(account.kills.takers + account.kills.senders).toBeGreaterThan(0);
    });
  });
}

/** As in `send-and-note.ts`. */
const mostAtOnce = 6;

interface Account {
  readonly journal: readonly Entry[];
  readonly took: readonly Entry[];
  readonly begun: ReadonlySet<number>;
  readonly sent: ReadonlySet<number>;
  readonly withdrawn: ReadonlySet<number>;
  readonly kills: { readonly senders: number; readonly takers: number };
  readonly signals: readonly (string | undefined)[];
  /** How the values went, as seen now and then. */
  readonly looks: readonly ('direct' | 'relayed')[];
}

/** From the first value to the last, with kills. */
async function live({ mode, way, replicas }: Row, stages: StagesOfRow): Promise<Account> {
  const folder = mkdtempSync(join(tmpdir(), 'handover-between-children-'));
  using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
  const file = join(folder, 'journal');
  const random = new Random(seed);
  const setBack = forceDirect(mode);
  await using supervisor = new Supervisor({ log: new LogBook().log });
  setBack();
  const events = new EventBook(supervisor);
  const between = supervisor.channel<Numbered>('between', { maxAttempts: 1_000 });
  const said = supervisor.channel<null>('said');
  const restart = { when: 'on-failure', restarts: 1_000, backoff: { most: 0 } } as const;
  const take = (name: string, input: typeof between.receiver, how: Taking) =>
    supervisor.stage(name, {
      ...stages.taker(file, String(how.most), way, String(random.below(1_000_000))),
      ends: { input, said: said.sender.clone() },
      replicas: how.replicas,
      restart,
    });
  if (replicas > 1) {
    take('helper', between.receiver.clone(), { replicas: replicas - 1, most: helping });
  }
  take('taker', between.receiver, { replicas: 1, most: count + 1 });
  said.sender.close();
  supervisor.stage('sender', {
    ...stages.sender(file, String(count), String(random.below(1_000_000))),
    ends: { output: between.sender },
    restart,
  });
  using __ = alarm(supervisor, file);
  const looks: Account['looks'][number][] = [];
  for (let kills = 0; !(await said.receiver[Symbol.asyncIterator]().next()).done; ) {
    looks.push(supervisor.statistics().get('between')?.isDirect ? 'direct' : 'relayed');
    if (kills >= mostKills) continue;
    for (let turns = random.below(100); turns > 0; turns--) await new Promise(setImmediate);
    if (killOne(supervisor, random)) kills++;
  }
  await supervisor.finished();
  expect(ownProcesses(), 'processes left behind').toEqual([]);
  return { ...accountOf(file, events), looks };
}

/** In milliseconds: whoever has not come to the end by then never does. */
const patience = 45_000;

/** Says where it is stuck, and ends it: the rows after it begin without its processes. */
function alarm(supervisor: Supervisor, file: string): Disposable {
  const timer = setTimeout(() => {
    const statistics = JSON.stringify([...supervisor.statistics()]);
    const last = entries(file).slice(-10);
    console.error('stuck:', supervisor.explain(), statistics, supervisor.stages, last);
    void supervisor.stop({ drain: 0, terminate: 0 });
  }, patience);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

interface Taking {
  readonly replicas: number;
  readonly most: number;
}

function killOne({ stages }: Supervisor, random: Random): boolean {
  const processIds = stages.flatMap((stage) => stage.processIds);
  if (processIds.length === 0) return false;
  return process.kill(random.of(processIds), 'SIGKILL');
}

function accountOf(file: string, events: EventBook): Omit<Account, 'looks'> {
  const journal = entries(file);
  const all = (wanted: Entry['what']) => journal.filter(({ what }) => what === wanted);
  const ids = (wanted: Entry['what']) => new Set(all(wanted).map(({ id }) => id));
  const crashes = events.all('crashed');
  const senders = crashes.filter(({ stage }) => stage === 'sender').length;
  return {
    journal,
    took: all('took'),
    begun: ids('begins'),
    sent: ids('sent'),
    withdrawn: ids('withdrawn'),
    kills: { senders, takers: crashes.length - senders },
    signals: crashes.map(({ failure }) => failure.signal),
  };
}
