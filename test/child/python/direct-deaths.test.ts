/**
 * Both ends in stages, one of which at least is in Python, and which are killed at moments that nobody chose: what was
 * promised holds while links begin and end for no reason. What happened is told by a journal that all of them write.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StageOptions, Supervisor } from 'handover';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DirectMode, forceDirect } from '../../direct/mode.ts';
import { Random } from '../../model/random.ts';
import { schedules } from '../../model/schedules.ts';
import { EventBook } from '../../support/event-book.ts';
import { type Entry, entries } from '../../support/journal.ts';
import { LogBook } from '../../support/log-book.ts';
import { ownProcesses } from '../../support/processes.ts';
import { describePython, pythonStage } from '../../support/python.ts';
import { stageModule } from '../../support/stage-module.ts';

const count = Number(process.env.HANDOVER_VALUES ?? 300);
const mostKills = count / 50;
/** As in the stages. */
const mostAtOnce = 6;
const seed = schedules(1).first;

type Runtime = 'Node' | 'Python' | 'asyncio';

const runtimes = [
  ['Python', 'Python'],
  ['Python', 'Node'],
  ['Node', 'Python'],
  ['asyncio', 'asyncio'],
] as const satisfies readonly (readonly [Runtime, Runtime])[];
const rows = (['always', 'restless'] as const).flatMap((mode) =>
  runtimes.map(([from, to]) => ({ mode, from, to })),
);
type Row = (typeof rows)[number];

const folder = mkdtempSync(join(tmpdir(), 'handover-python-deaths-'));
afterAll(() => rmSync(folder, { recursive: true }));

describePython('§14 with deaths', () => {
  describe.each(rows)(`$mode direct, from $from to $to (again: HANDOVER_SEED=${seed})`, (row) => {
    let account: Account;
    beforeAll(async () => {
      account = await live(row);
    });

    test('R1 no send completes before somebody asks for a value', () => {
      let [asked, sent] = [0, 0];
      for (const { what } of account.journal) {
        if (what === 'asks') asked++;
        if (what === 'sent') expect(++sent).toBeLessThanOrEqual(asked);
      }
    });

    test('R2 R7 no value is taken twice: it comes again only as the next attempt', () => {
      const attempts = account.took.map(({ id, attempt }) => `${id}, attempt ${attempt}`);
      expect(attempts).toEqual([...new Set(attempts)]);
    });

    test('R3 each process gets the values of one sender in order', () => {
      for (const taker of new Set(account.took.map(({ processId }) => processId))) {
        const ids = account.took
          .filter(({ processId, attempt }) => processId === taker && attempt === 1)
          .map(({ id }) => id);
        expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      }
    });

    test('R4 what was withdrawn was taken by nobody, or had been in the hand of one that died', () => {
      const inVain = account.took.filter(({ id }) => account.withdrawn.has(id));
      expect(inVain.length).toBeLessThanOrEqual(account.kills.takers);
    });

    test('R7 R8 what was sent was taken, but for what those had just taken who died; nothing else was', () => {
      const { sent, took, begun, kills } = account;
      const taken = new Set(took.map(({ id }) => id));
      const gone = [...sent].filter((id) => !taken.has(id));
      expect(gone.length).toBeLessThanOrEqual(kills.takers);
      expect([...taken].filter((id) => !begun.has(id))).toEqual([]);
    });

    test('R8 R9 all was begun in turn, and each send has one ending, but for those of senders that died', () => {
      const { begun, sent, withdrawn, journal, kills } = account;
      expect([...begun]).toEqual(Array.from({ length: count }, (_, id) => id));
      const endings = journal.filter(({ what }) => what === 'sent' || what === 'withdrawn');
      expect(endings.length).toBe(sent.size + withdrawn.size);
      expect(endings.length).toBeGreaterThanOrEqual(count - kills.senders * mostAtOnce);
    });

    test('R10 who died was killed, and nobody else did', () => {
      expect(account.signals).toEqual(account.signals.map(() => 'SIGKILL'));
      expect(account.kills.takers + account.kills.senders).toBeGreaterThan(0);
    });
  });
});

interface Account {
  readonly journal: readonly Entry[];
  readonly took: readonly Entry[];
  readonly begun: ReadonlySet<number>;
  readonly sent: ReadonlySet<number>;
  readonly withdrawn: ReadonlySet<number>;
  readonly kills: { readonly senders: number; readonly takers: number };
  readonly signals: readonly (string | undefined)[];
}

/** From the first value to the last, with kills. */
async function live({ mode, from, to }: Row): Promise<Account> {
  const file = join(folder, `${mode} ${from} ${to}`);
  const random = new Random(seed);
  const setBack = forceDirect(mode satisfies DirectMode);
  await using supervisor = new Supervisor({ log: new LogBook().log });
  setBack();
  const events = new EventBook(supervisor);
  const between = supervisor.channel<unknown>('between', { maxAttempts: 1_000 });
  const said = supervisor.channel<null>('said');
  const restart = { when: 'on-failure', restarts: 1_000, backoff: { most: 0 } } as const;
  const seeds = [0, 1].map(() => String(random.below(1_000_000)));
  supervisor.stage('taker', {
    ...(to === 'Node'
      ? { module: stageModule('take-and-note'), args: [file, '1000000', 'either', seeds[0] ?? ''] }
      : inPython(to, 'take_and_note', file, seeds[0] ?? '')),
    ends: { input: between.receiver, said: said.sender },
    restart,
  } as StageOptions);
  supervisor.stage('sender', {
    ...(from === 'Node'
      ? { module: stageModule('send-and-note'), args: [file, String(count), seeds[1] ?? ''] }
      : inPython(from, 'send_and_note', file, String(count), seeds[1] ?? '')),
    ends: { output: between.sender },
    restart,
  } as StageOptions);
  for (let kills = 0; !(await said.receiver[Symbol.asyncIterator]().next()).done; ) {
    if (kills >= mostKills) continue;
    for (let turns = random.below(100); turns > 0; turns--) await new Promise(setImmediate);
    const processIds = supervisor.stages.flatMap((stage) => stage.processIds);
    if (processIds.length === 0) continue;
    if (process.kill(random.of(processIds), 'SIGKILL')) kills++;
  }
  await supervisor.finished();
  expect(ownProcesses(), 'processes left behind').toEqual([]);
  return accountOf(file, events);
}

function inPython(runtime: Runtime, name: string, ...args: readonly string[]) {
  return pythonStage(runtime === 'asyncio' ? `${name}_awaited` : name, ...args);
}

function accountOf(file: string, events: EventBook): Account {
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
