/** Direct channels of stages in Go: with one another, and with stages in Node on either side (protocol, section 14). */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, type StageOptions, Supervisor } from 'handover';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forceDirect } from '../../direct/mode.ts';
import type { Numbered } from '../../fixtures/stages/send-and-note.ts';
import { languages, Told } from '../../languages/languages.ts';
import { Random } from '../../model/random.ts';
import { schedules } from '../../model/schedules.ts';
import { EventBook } from '../../support/event-book.ts';
import { kill } from '../../support/failures.ts';
import { describeGo, goStage } from '../../support/go.ts';
import { type Entry, entries } from '../../support/journal.ts';
import { LogBook } from '../../support/log-book.ts';
import { ownProcesses } from '../../support/processes.ts';
import { stageModule } from '../../support/stage-module.ts';
import { type Supervision, supervise } from '../../support/supervision.ts';

const pairs = [
  ['Go', 'Go'],
  ['Go', 'Node'],
  ['Node', 'Go'],
] as const;
type Name = (typeof pairs)[number][number];

const seed = schedules(1).first;
const random = new Random(seed);
const folder = mkdtempSync(join(tmpdir(), 'handover-go-direct-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** One that has links as soon as the rules allow it, and has them on. */
function superviseDirectly(mode: 'always' | 'restless' = 'always'): Supervision {
  const setBack = forceDirect(mode);
  const supervision = supervise();
  setBack();
  return supervision;
}

interface Pair extends Supervision {
  readonly from: Told;
  readonly to: Told;
  /** Those of the two that are in Go. */
  readonly inGo: readonly string[];
}

/** into → from → between → to → out; values go between the two directly. */
async function pair(from: Name, to: Name): Promise<Pair> {
  const supervision = superviseDirectly();
  const { supervisor } = supervision;
  const [into, between, out] = ['into', 'between', 'out'].map((name) =>
    supervisor.channel<unknown>(name),
  ) as [Channel<unknown>, Channel<unknown>, Channel<unknown>];
  const told = (name: string, of: Name, input: Channel<unknown>, output: Channel<unknown>) =>
    new Told(supervisor, name, languages.find((one) => one.name === of) as never, {
      input: input.receiver,
      output: output.sender,
    });
  const line = {
    ...supervision,
    from: told('from', from, into, between),
    to: told('to', to, between, out),
    inGo: [from === 'Go' ? ['from'] : [], to === 'Go' ? ['to'] : []].flat(),
  };
  await passesDirectly(line);
  return line;
}

/** The flags of the pipes of links that the process of a stage in Go has open. */
function pipesOf({ supervisor }: Supervision, stage: string): readonly number[] {
  const [processId] = supervisor.stages.find(({ name }) => name === stage)?.processIds ?? [];
  const descriptors = `/proc/${processId}/fd`;
  return (
    readdirSync(descriptors)
      // The first of these are those of its link to the supervisor (1.2).
      .filter((one) => Number(one) > 4 && linkOf(join(descriptors, one))?.endsWith('(deleted)'))
      .map((one) => readFileSync(`/proc/${processId}/fdinfo/${one}`, 'utf8'))
      .map((text) => Number.parseInt(/flags:\s*(\d+)/.exec(text)?.[1] ?? '', 8))
  );
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // It has been closed meanwhile.
    return undefined;
  }
}

/** Has values passed until they go directly. */
async function passesDirectly(line: Pair): Promise<void> {
  const { from, to, supervisor, inGo } = line;
  await expect
    .poll(
      async () => {
        const sent = from.does({ do: 'send', value: 'to begin with' });
        await to.does({ do: 'receive' });
        await sent;
        const { isDirect } = supervisor.statistics().get('between') ?? {};
        return isDirect && inGo.every((stage) => pipesOf(line, stage).length === 2);
      },
      { timeout: 10_000 },
    )
    .toBe(true);
}

describe.each(pairs)('from %s to %s, directly', (from, to) =>
  describeGo('', () => {
    test('R1 R3 §14.8 a send is done when the other has taken the value, one after the other', async () => {
      const line = await pair(from, to);
      for (let number = 0; number < 40; number++) {
        let isDone = false;
        const sent = line.from.does({ do: 'send', value: number }).then((report) => {
          isDone = true;
          return report;
        });
        if (number % 20 === 0) {
          await expect.poll(() => line.supervisor.statistics().get('out')).toBeDefined();
          expect(isDone).toBe(false);
        }
        expect(await line.to.does({ do: 'receive' })).toMatchObject({ value: number });
        expect(await sent).toMatchObject({ outcome: 'done' });
      }
      expect(line.supervisor.statistics().get('between')).toMatchObject({ isDirect: true });
    });

    test('R4 §14.7 a receive whose time is over has received nothing, and the next value is for the next', async () => {
      const line = await pair(from, to);
      for (let number = 0; number < 5; number++) {
        expect(await line.to.does({ do: 'receive', timeout: 5 })).toMatchObject({
          outcome: 'timeout',
        });
        const sent = line.from.does({ do: 'send', value: number });
        expect(await line.to.does({ do: 'receive', timeout: 60_000 })).toMatchObject({
          value: number,
        });
        expect(await sent).toMatchObject({ outcome: 'done' });
      }
      expect(line.supervisor.statistics().get('between')).toMatchObject({ isDirect: true });
    });

    test('R4 §14.8 a poll finds a value that has come, and nobody where none has', async () => {
      const line = await pair(from, to);
      expect(await line.to.does({ do: 'try-receive' })).toMatchObject({ outcome: 'nobody' });
      const sent = line.from.does({ do: 'send', value: 'there' });
      await expect
        .poll(() => line.to.does({ do: 'try-receive' }))
        .toMatchObject({ value: 'there' });
      expect(await sent).toMatchObject({ outcome: 'done' });
    });

    test(`R4 §14.6 both sides agree on what became of a race (again: HANDOVER_SEED=${seed})`, async () => {
      const line = await pair(from, to);
      for (let round = 0; round < 30; round++) {
        const [sent, received] = await Promise.all([
          line.from.does({ do: 'send', value: round, timeout: random.below(4) }),
          line.to.does({ do: 'receive', timeout: random.below(4) }),
        ]);
        expect([sent.outcome, received.outcome]).toEqual(
          received.outcome === 'done' ? ['done', 'done'] : ['timeout', 'timeout'],
        );
      }
    });

    test('R6 §14.6 §14.7 a select ends the link, and so each side chooses one', async () => {
      const line = await pair(from, to);
      const guards = ['input', 'output'];
      const [sent, received] = await Promise.all([
        line.from.does({ do: 'select', guards, timeout: 60_000 }),
        line.to.does({ do: 'select', guards, timeout: 60_000 }),
      ]);
      expect(sent).toMatchObject({ guard: 'output' });
      expect(received).toMatchObject({ guard: 'input', value: 'chosen' });
      await passesDirectly(line);
    });

    test('§14.4 8 MiB arrive as they were, and many at once', async () => {
      const line = await pair(from, to);
      const large = new Uint8Array(8 * 1024 * 1024).map((_, at) => at % 251);
      const sent = line.from.does({ do: 'send', value: large });
      const { value } = await line.to.does({ do: 'receive' });
      expect(Buffer.compare(value as Uint8Array, large)).toBe(0);
      expect(await sent).toMatchObject({ outcome: 'done' });
      const count = 200;
      const many = line.from.does({ do: 'many', count, bytes: 10_000 });
      for (let received = 0; received < count; received++) {
        const { value: one } = await line.to.does({ do: 'receive' });
        expect((one as Uint8Array).length).toBe(10_000);
      }
      expect(await many).toMatchObject({ outcome: 'done' });
      expect(line.supervisor.statistics().get('between')).toMatchObject({ isDirect: true });
    });

    test('§14.3 its pipes are for none of its descendants, and closed when the link is over', async () => {
      const line = await pair(from, to);
      const closeOnExec = 0o2000000;
      for (const stage of line.inGo) {
        const flags = pipesOf(line, stage).map((one) => one & closeOnExec);
        expect(flags).toEqual([closeOnExec, closeOnExec]);
      }
      const guards = ['input', 'output'];
      await Promise.all([
        line.from.does({ do: 'select', guards, timeout: 60_000 }),
        line.to.does({ do: 'select', guards, timeout: 60_000 }),
      ]);
      for (const stage of line.inGo) await expect.poll(() => pipesOf(line, stage)).toEqual([]);
    });

    test.each([
      ['R9 when the sender has ended well, the receiver sees the end', 0, 'ended'],
      ['R9 when the sender has failed, the receiver sees a break', 3, 'broken'],
    ])('%s', async (_, code, outcome) => {
      const line = await pair(from, to);
      await line.from.begins({ do: 'exit', code });
      expect(await line.to.does({ do: 'receive' })).toMatchObject({ outcome });
    });

    test('R9 when the receiver is closed, the sender sees the end', async () => {
      const line = await pair(from, to);
      const sent = line.from.does({ do: 'send', value: 'nobody wants it' });
      await line.to.does({ do: 'close', end: 'input' });
      expect(await sent).toMatchObject({ outcome: 'ended' });
    });

    test('R7 R9 when the receiver is killed, what it has not taken fails, and was not tried', async () => {
      const line = await pair(from, to);
      const sent = line.from.does({ do: 'send', value: 'unanswered' });
      await kill(line, 'to', 'SIGKILL');
      expect(await sent).toMatchObject({ outcome: 'broken', attempts: 0 });
    });
  }),
);

describe.each(pairs)('from %s to %s', (from, to) =>
  describeGo('', () => {
    test('§14.1 values go on while the supervisor stands still', async () => {
      const { supervisor } = superviseDirectly();
      const file = join(folder, `${from} ${to} alone`);
      const between = supervisor.channel<Numbered>('between');
      const said = supervisor.channel<null>('said');
      supervisor.stage('taker', {
        ...noting(to, 'take-and-note', file, '1000000', 'plain', '1'),
        ends: { input: between.receiver, said: said.sender },
      });
      supervisor.stage('sender', {
        ...noting(from, 'send-and-note', file, '1000000', '1'),
        ends: { output: between.sender },
      });
      const took = () => entries(file).filter(({ what }) => what === 'took').length;
      await expect
        .poll(
          async () => {
            // The taker waits for it with each 20.
            await said.receiver.receive();
            const before = took();
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
            return took() - before;
          },
          { timeout: 20_000 },
        )
        // Through it, one.
        .toBeGreaterThan(5);
      await supervisor.stop({ drain: 0, terminate: 0 });
    });
  }),
);

const count = Number(process.env.HANDOVER_VALUES ?? 300);

describe.each(
  pairs.flatMap(([from, to]) =>
    (['always', 'restless'] as const).flatMap((mode) =>
      (['plain', 'either'] as const).map((way) => ({ from, to, mode, way })),
    ),
  ),
)(`from $from to $to, $mode direct, $way, with kills (again: HANDOVER_SEED=${seed})`, (row) =>
  describeGo('', () => {
    let account: Account;
    beforeAll(async () => {
      account = await live(row);
    }, 60_000);

    test('R2 R7 no value is taken twice: it comes again only as the next attempt, and only after a death', () => {
      const { took, kills } = account;
      const again = took.length - new Set(took.map(({ id }) => id)).size;
      expect(again).toBeLessThanOrEqual(kills.takers);
      const known = took.filter(({ attempt }) => attempt > 0);
      const attempts = known.map(({ id, attempt }) => `${id}, attempt ${attempt}`);
      expect(attempts).toEqual([...new Set(attempts)]);
    });

    test('R3 each process gets the values in order, whichever way they come', () => {
      const { took } = account;
      for (const taker of new Set(took.map(({ processId }) => processId))) {
        const ids = took
          .filter(({ processId, attempt }) => processId === taker && attempt <= 1)
          .map(({ id }) => id);
        expect(ids).toEqual(ids.toSorted((one, other) => one - other));
      }
    });

    test('R4 what was withdrawn was taken by nobody, or had been in the hand of one that died', () => {
      const { withdrawn, took, kills } = account;
      const inVain = took.filter(({ id }) => withdrawn.has(id));
      expect(inVain.length).toBeLessThanOrEqual(row.way === 'plain' ? 0 : kills.takers);
    });

    test('R7 R8 what was sent was taken, but for what those had just taken who died; nothing else was', () => {
      const { sent, took, begun, kills } = account;
      const taken = new Set(took.map(({ id }) => id));
      expect([...sent].filter((id) => !taken.has(id)).length).toBeLessThanOrEqual(kills.takers);
      expect([...taken].filter((id) => !begun.has(id))).toEqual([]);
    });

    test('R8 R9 each send has one ending, but for those of senders that died', () => {
      const { begun, sent, withdrawn, journal, kills } = account;
      expect([...begun]).toEqual(Array.from({ length: count }, (_, id) => id));
      const endings = journal.filter(({ what }) => what === 'sent' || what === 'withdrawn');
      expect(endings.length).toBe(sent.size + withdrawn.size);
      expect(endings.length).toBeGreaterThanOrEqual(count - kills.senders * mostAtOnce);
    });

    test('R10 who died was killed, and nobody else did; and values went directly', () => {
      expect(account.signals).toEqual(account.signals.map(() => 'SIGKILL'));
      expect(account.kills.takers + account.kills.senders).toBeGreaterThan(0);
      if (row.mode === 'always' && row.way === 'plain') expect(account.looks).toContain('direct');
    });
  }),
);

/** As in `send-and-note`. */
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

interface Row {
  readonly from: Name;
  readonly to: Name;
  readonly mode: 'always' | 'restless';
  readonly way: 'plain' | 'either';
}

/** From the first value to the last; now and then, somebody is killed. */
async function live({ from, to, mode, way }: Row): Promise<Account> {
  const file = join(folder, `${from} ${to} ${mode} ${way}`);
  const setBack = forceDirect(mode);
  await using supervisor = new Supervisor({ log: new LogBook().log });
  setBack();
  const events = new EventBook(supervisor);
  const between = supervisor.channel<Numbered>('between', { maxAttempts: 1_000 });
  const said = supervisor.channel<null>('said');
  const restart = { when: 'on-failure', restarts: 1_000, backoff: { most: 0 } } as const;
  const drawn = String(random.below(1_000_000));
  supervisor.stage('taker', {
    ...noting(to, 'take-and-note', file, String(count + 1), way, drawn),
    ends: { input: between.receiver, said: said.sender },
    restart,
  });
  supervisor.stage('sender', {
    ...noting(from, 'send-and-note', file, String(count), drawn),
    ends: { output: between.sender },
    restart,
  });
  const looks: Account['looks'][number][] = [];
  for (let kills = 0; !(await said.receiver[Symbol.asyncIterator]().next()).done; ) {
    looks.push(supervisor.statistics().get('between')?.isDirect ? 'direct' : 'relayed');
    if (kills >= count / 50) continue;
    for (let turns = random.below(100); turns > 0; turns--) await new Promise(setImmediate);
    const processIds = supervisor.stages.flatMap((stage) => stage.processIds);
    if (processIds.length > 0 && process.kill(random.of(processIds), 'SIGKILL')) kills++;
  }
  await supervisor.finished();
  expect(ownProcesses(), 'processes left behind').toEqual([]);
  return { ...accountOf(file, events), looks };
}

function noting(of: Name, name: string, ...args: readonly string[]): StageOptions {
  return of === 'Go' ? goStage(name, ...args) : { module: stageModule(name), args };
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
