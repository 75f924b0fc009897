/** `npm run chaos`: a pipeline whose processes are killed, halted, recycled and lied to. Nothing may be lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Random } from '../model/random.ts';
import { Account } from './account.ts';
import { doHarm } from './faults.ts';
import { startLine } from './line.ts';
import { Samples } from './samples.ts';

const usage = `npm run chaos -- [--seconds N] [--seed N]

  --seconds N   for how long harm is done (default 600)
  --seed N      what harm is drawn from (default: the time)

Ends with code 1 when a promise was broken.`;

/** Nothing came out for so long, in milliseconds: all stand still. */
const patience = 20_000;
/** So many values are in the pipeline at once. */
const inFlight = 32;

const { seconds, seed } = understand();
const folder = mkdtempSync(join(tmpdir(), 'handover-chaos-'));
const breaches: string[] = [];
const account = new Account();
const samples = new Samples();
const { supervisor, into, out, dead } = startLine(folder, (story) => breaches.push(story));
supervisor.events.listen(account.listen);
console.log(`chaos for ${seconds} s, seed ${seed} (process ${process.pid})`);

/** The first value is through: every stage has shown that it can work. */
const through = Promise.withResolvers<void>();
const enough = new AbortController();
let awaited = { out: Number.POSITIVE_INFINITY, ...Promise.withResolvers<void>() };
const harmed = harm();
void readLetters();
const sampling = setInterval(() => samples.take(), 500);
const senders = Array.from({ length: inFlight }, send);
for (const sender of senders) sender.catch(() => {});
await Promise.race([finish(), standstill()]).catch((error: unknown) => {
  breaches.push(error instanceof Error ? error.message : String(error));
});
clearInterval(sampling);
account.isClosing = true;

await supervisor.stop({ drain: 0, terminate: 0 });
rmSync(folder, { recursive: true });
breaches.push(...account.breaches(), ...samples.breaches());
console.log(`${account.summary()}\n${samples.summary()}`);
for (const breach of breaches) console.log(`BREACH: ${breach}`);
console.log(breaches.length === 0 ? 'every promise was kept' : `with seed ${seed}`);
process.exit(breaches.length === 0 ? 0 : 1);

/** When it is enough, the pipeline ends from front to back. */
async function finish(): Promise<void> {
  const receiving = receive();
  // Where all stand still, that is what is told; and then everything is ended.
  receiving.catch(() => {});
  await Promise.all([harmed, ...senders]);
  into.close();
  await receiving;
}

async function send(): Promise<void> {
  while (!enough.signal.aborted) await into.send(account.sent++);
}

async function receive(): Promise<void> {
  for await (const id of out) {
    account.came(id);
    through.resolve();
    if (account.out >= awaited.out) awaited.resolve();
  }
}

async function readLetters(): Promise<void> {
  for await (const letter of dead) account.isDead(letter);
}

async function harm(): Promise<void> {
  await through.promise;
  setTimeout(() => enough.abort(), 1_000 * seconds);
  enough.signal.addEventListener('abort', () => awaited.resolve());
  await doHarm(supervisor, new Random(seed), enough.signal, account.note, movedOn);
}

/** Some more values have come out. */
function movedOn(): Promise<void> {
  if (enough.signal.aborted) return Promise.resolve();
  awaited = { out: account.out + inFlight, ...Promise.withResolvers<void>() };
  return awaited.promise;
}

async function standstill(): Promise<never> {
  for (let before = -1; account.out > before; await pause(patience)) before = account.out;
  throw new Error(`nothing came out for ${patience} ms:\n${supervisor.explain()}`);
}

function understand(): { readonly seconds: number; readonly seed: number } {
  const { values } = parseArgs({
    options: { seconds: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    console.log(usage);
    process.exit(0);
  }
  const { seconds = '600', seed = String(Date.now() % 1_000_000) } = values;
  const asked = { seconds: Number(seconds), seed: Number(seed) };
  if (asked.seconds > 0 && Number.isSafeInteger(asked.seed)) return asked;
  console.error(usage);
  process.exit(2);
}
