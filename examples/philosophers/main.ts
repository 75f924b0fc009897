/**
 * Five philosophers sit around a table, with a fork between each two of them. To eat, a philosopher takes two
 * forks, and puts them back. If each takes the left one first, each may then have one and wait for the other,
 * for ever: a deadlock, which the supervisor finds and explains. If one of them begins with the right one,
 * that cannot happen.
 *
 *     node … main.ts naive     the deadlock
 *     node … main.ts fixed     everybody eats
 *     node … main.ts           both, one after the other
 */
import { type Channel, DeadlockError, Supervisor } from 'handover';
import { verdict } from '../verdict.ts';
import type { Fork } from './philosopher.ts';

const names = ['Aristotle', 'Boethius', 'Cicero', 'Democritus', 'Epicurus'];
const meals = 20;

const [, , asked] = process.argv;
if (asked !== 'fixed') await naive();
if (asked !== 'naive') await fixed();

async function naive(): Promise<void> {
  await using supervisor = new Supervisor({ onDeadlock: 'fail', log: () => {} });
  const table = await lay(supervisor, () => 'left first');
  // Nobody goes on before all of them have a fork.
  for (const _ of names) await table.oneForkInHand.receiver.receive();
  for (const _ of names) await table.goOn.sender.send(null);
  const error = await supervisor.finished().catch((reason: unknown) => reason);
  if (error instanceof DeadlockError) console.log(`naive: ${error.message}`);
  verdict(
    error instanceof DeadlockError && new Set(error.circle).size === names.length,
    'the naive philosophers are in a deadlock, and the supervisor has found it',
    `the naive philosophers should be in a deadlock, all five of them. Instead: ${error}`,
  );
}

async function fixed(): Promise<void> {
  await using supervisor = new Supervisor({ onDeadlock: 'fail' });
  const table = await lay(supervisor, (name) =>
    name === 'Epicurus' ? 'right first' : 'left first',
  );
  const watching = (async () => {
    for await (const _ of table.oneForkInHand.receiver) await table.goOn.sender.send(null);
  })();
  const eaten = new Map(names.map((name) => [name, 0]));
  for await (const name of table.eaten.receiver) eaten.set(name, (eaten.get(name) ?? 0) + 1);
  await watching;
  // A channel with a capacity answers for what is in it: take the forks away before the supervisor is done.
  for (const fork of table.forks) await fork.receiver.receive();
  await supervisor.finished();
  console.log(
    `fixed: ${[...eaten].map(([name, times]) => `${name} ate ${times} times`).join(', ')}`,
  );
  verdict(
    names.every((name) => eaten.get(name) === meals),
    `with one who begins on the right, all eat ${meals} times, and all forks are back on the table`,
    `with one who begins on the right, everybody should have eaten ${meals} times`,
  );
}

type Hand = 'left first' | 'right first';

/** Lays five forks, and seats five processes. */
async function lay(supervisor: Supervisor, handOf: (name: string) => Hand) {
  /** A fork is a value, and its place on the table a channel that holds it: empty while somebody eats with it. */
  const forks: Channel<Fork>[] = [];
  for (const name of names) {
    const fork = supervisor.channel<Fork>(`the fork left of ${name}`, { capacity: 1 });
    await fork.sender.send(`the fork left of ${name}`);
    forks.push(fork);
  }
  const oneForkInHand = supervisor.channel<string>('one fork in hand');
  const goOn = supervisor.channel<null>('go on');
  const eaten = supervisor.channel<string>('eaten');
  for (const [seat, name] of names.entries()) {
    const left = forks[seat] as Channel<Fork>;
    const right = forks[(seat + 1) % forks.length] as Channel<Fork>;
    const [first, second] = handOf(name) === 'left first' ? [left, right] : [right, left];
    supervisor.stage(name, {
      module: new URL('./philosopher.ts', import.meta.url),
      args: [name, String(meals)],
      ends: {
        takeFirst: first.receiver.clone(),
        putFirst: first.sender.clone(),
        takeSecond: second.receiver.clone(),
        putSecond: second.sender.clone(),
        oneForkInHand: oneForkInHand.sender.clone(),
        goOn: goOn.receiver.clone(),
        eaten: eaten.sender.clone(),
      },
    });
  }
  // The philosophers have theirs. Kept here, these would be hopes: somebody else could bring a fork.
  for (const { sender } of [...forks, oneForkInHand, eaten]) sender.close();
  goOn.receiver.close();
  return { forks, oneForkInHand, goOn, eaten };
}
