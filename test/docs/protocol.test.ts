/** docs/protocol.md says what the code does: its tables, and the session in bytes. */
import { describe, expect, test } from 'vitest';
import { type State, transitions } from '../../src/arbiter/transitions.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import type { Seat } from '../../src/exchange/seat.ts';
import { SupervisorLink } from '../../src/link/supervisor-link.ts';
import { nobody } from '../../src/party/authority.ts';
import { packedLetter } from '../../src/value/letter.ts';
import { messageNumbers } from '../../src/wire/message-numbers.ts';
import { Session } from '../../src/wire/session.ts';
import { type Life, type LifeEvent, lives } from '../../supervisor/process/life.ts';
import { bytesOfFrame, everythingIn } from '../support/wire.ts';
import { blocksIn } from './programs.ts';
import { cellsOf, tablesIn } from './tables.ts';

const document = 'docs/protocol.md';
const tables = tablesIn(document);
const maxValueBytes = 64 * 1024 * 1024;

describe('tables', () => {
  test('§3.1 the messages have these numbers and directions', () => {
    const rows = tableOf('number', 'message', 'direction').map((row) => row.flatMap(cellsOf));
    const said = rows.map(([number, message]) => [message, Number(number)]);
    expect(Object.fromEntries(said)).toEqual(messageNumbers);
    for (const [number, , direction] of rows) {
      expect(direction).toBe(Number(number) < 64 ? '→' : '←');
    }
  });

  test('§4.7 the table of states is that of the arbiter', () => {
    const said = tableOf('state', 'what happens', 'state after', 'told').map((row) => {
      const [state = '', happening = '', after = ''] = row.map((cell) => cellsOf(cell)[0]);
      return `${state} ${happening} ${after}`;
    });
    expect(said.toSorted()).toEqual(legalTransitions().toSorted());
  });

  test('§8.1 the table of states is that of the life of a process', () => {
    const rows = tableOf('state', '`hello`', '`welcome`', '`exit`', '`link-end`');
    const events: readonly LifeEvent[] = ['hello', 'welcome', 'exit', 'link-end'];
    const said = rows.map(([state = '', ...cells]) => {
      const after = events.map((event, index) => [event, cellsOf(cells[index] ?? '')[0]]);
      return [cellsOf(state)[0], Object.fromEntries(after)];
    });
    expect(Object.fromEntries(said)).toEqual(lives satisfies Record<Life, unknown>);
  });
});

describe('§11 a session in bytes', () => {
  const frames = blocksIn(document).filter(({ language }) => language === 'hex');
  const steps = frames.map(({ info, text, line }) => ({
    from: /from=(\w+)/.exec(info)?.[1],
    message: /message=(\w+)/.exec(info)?.[1],
    bytes: bytesOf(text.replaceAll(/;.*/g, '')),
    line,
  }));

  test('§11 is read as the messages that it is said to be', () => {
    const process = Session.ofProcess(Number.POSITIVE_INFINITY);
    const supervisor = Session.ofSupervisor(maxValueBytes);
    for (const { from, message, bytes, line } of steps) {
      const heard: string[] = [];
      const reader = from === 'process' ? supervisor : process;
      reader.read(bytes, (inbound) => {
        heard.push(inbound.type === 'message' ? inbound.message.type : inbound.type);
      });
      expect(heard, `line ${line}`).toEqual([message]);
    }
  });

  test('§11 is what a supervisor writes', () => {
    const { link, written } = conversation();
    for (const { from, bytes, line } of steps) {
      if (from === 'process') link.read(bytes);
      else expect(hexOf(written.shift()), `line ${line}`).toBe(hexOf(bytes));
    }
    expect(written.map(hexOf)).toEqual([]);
  });
});

describe('§9.2 violations', () => {
  const hello = blocksIn(document).find(({ info }) => info.includes('message=hello'))?.text ?? '';
  const rows = tableOf('what', 'for example', 'the supervisor says').map((row) => row.slice(0, 3));

  test.each(rows)('§9.2 %s', (_, example = '', problem = '') => {
    const { link, broken } = conversation();
    link.read(bytesOf(hello.replaceAll(/;.*/g, '')));
    const times = example.endsWith('twice') ? 2 : 1;
    const [bytes = ''] = cellsOf(example);
    for (let time = 0; time < times; time++) link.read(frameOrText(bytes));
    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(cellsOf(problem)[0]);
  });
});

/** A supervisor's link for the process of section 11, whose neighbours send "hi" and take what it sends. */
function conversation() {
  const written: Uint8Array[] = [];
  const broken: string[] = [];
  const exchange = new Exchange<Uint8Array>(packedLetter);
  const terms = { capacity: 0, overflow: 'block', maxAttempts: 3 } as const;
  const lines = exchange.open(terms);
  const words = exchange.open(terms);
  const neighbour: Seat<Uint8Array> = exchange.seat(
    (reply) => {
      if (reply.type === 'deliver') neighbour.taken(reply.op, nobody);
    },
    { operations: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY, sizeOf: () => 0 },
  );
  const sender = neighbour.admit({ channel: lines, side: 'send' });
  const receiver = neighbour.admit({ channel: words, side: 'receive' });
  const waits = { isPoll: false, isPriority: false };
  neighbour.offer({ op: 1, guards: [{ end: sender, value: bytesOf('A2 68 69') }], ...waits });
  neighbour.offer({ op: 2, guards: [{ end: receiver }], ...waits });
  neighbour.close(sender);
  const window = { operations: 64, bytes: 1024 * 1024 };
  const link = new SupervisorLink(
    exchange,
    {
      token: 't0k',
      stage: 'upper',
      maxValueBytes,
      window,
    },
    {
      onOutput: () => written.push(everythingIn(link.output)),
      onIdle: () => {},
      onHello: () => {},
      onBroken: (error) => broken.push(error.message),
    },
  );
  link.welcome({
    settings: { stage: 'upper', replica: 0, maxValueBytes, window },
    ends: [
      { name: 'lines', channel: lines, side: 'receive', channelName: 'lines' },
      { name: 'words', channel: words, side: 'send', channelName: 'words' },
    ],
  });
  return { link, written, broken };
}

/** Of what is offered over a link: there nothing is shared, or meets what is. */
function legalTransitions(): readonly string[] {
  const states = new Set<State>(['waiting']);
  const legal: string[] = [];
  for (const state of states) {
    for (const [happening, verdict] of Object.entries(transitions[state])) {
      if (verdict === 'illegal' || happening === 'share' || happening === 'engage') continue;
      const after = verdict === 'ignored' ? state : verdict;
      states.add(after);
      legal.push(`${state} ${happening} ${after}`);
    }
  }
  return legal;
}

function tableOf(...columns: readonly string[]): readonly (readonly string[])[] {
  const found = tables.filter(({ head }) => columns.every((name, at) => head[at] === name));
  const [table] = found;
  if (found.length !== 1 || table === undefined) {
    throw new Error(`${found.length} tables begin with ${columns.join(', ')}`);
  }
  return table.rows;
}

function frameOrText(example: string): Uint8Array {
  if (!/^[0-9A-F ]+$/.test(example)) return Buffer.from(example);
  return bytesOfFrame(bytesOf(example));
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}

function hexOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? [])
    .toString('hex')
    .replaceAll(/../g, '$& ')
    .trim()
    .toUpperCase();
}
