/**
 * Santa sleeps. He is woken by his nine reindeer, when all of them are back from their holidays, or by three
 * of his ten elves who have come for help. If both are at the door, the reindeer go first: children wait for
 * their toys. (The problem is John Trono's.)
 *
 *     9 reindeer ──▶ stable ──▶ Santa ◀── porch ◀── 10 elves
 */
import { type Receiver, type Sender, Supervisor } from 'handover';
import { verdict } from '../verdict.ts';
import type { Deed, Group, Visitor } from './messages.ts';

const reindeerNames = [
  'Blitzen',
  'Comet',
  'Cupid',
  'Dancer',
  'Dasher',
  'Donner',
  'Prancer',
  'Rudolph',
  'Vixen',
];
const elfNames = Array.from({ length: 10 }, (_, index) => `elf ${index + 1}`);

await using supervisor = new Supervisor();
const deeds = supervisor.channel<Deed>('deeds');
supervisor.stage('Santa', {
  module: new URL('./santa.ts', import.meta.url),
  ends: {
    reindeer: gather('stable', 9, reindeerNames),
    elves: gather('porch', 3, elfNames),
    deeds: deeds.sender,
  },
});

const counts = { 'toys delivered': 0, 'elves helped': 0 };
const faults = new Set<string>();
let chosenOfBoth = 0;
while (counts['toys delivered'] < 5 || counts['elves helped'] < 5) {
  const deed = await deeds.receiver.receive();
  counts[deed.what]++;
  if (deed.reindeerWaited && deed.elvesWaited) chosenOfBoth++;
  console.log(`${deed.what}: ${deed.who.join(', ')}`);
  for (const fault of faultsOf(deed)) faults.add(fault);
}

verdict(
  faults.size === 0 && chosenOfBoth > 0,
  `elves went in threes and reindeer in nines, and whenever both were at the door (${chosenOfBoth} ×), the reindeer went first`,
  [...faults].join('; ') || 'never were both at the door, so that nothing was shown',
);

/** Starts those who come to Santa's, and the room in which they wait for each other. */
function gather(room: string, size: number, names: readonly string[]): Receiver<Group> {
  const door = supervisor.channel<Visitor>(`door of the ${room}`);
  const santa = supervisor.channel<Group>(`from the ${room} to Santa`);
  supervisor.stage(room, {
    module: new URL('./waiting-room.ts', import.meta.url),
    args: [String(size)],
    ends: { door: door.receiver, santa: santa.sender },
  });
  for (const name of names) visit(name, door.sender.clone());
  door.sender.close();
  return santa.receiver;
}

function visit(name: string, door: Sender<Visitor>): void {
  const module = new URL('./visitor.ts', import.meta.url);
  supervisor.stage(name, { module, args: [name], ends: { door } });
}

function faultsOf({ what, who, reindeerWaited }: Deed): string[] {
  const [size, names] = what === 'elves helped' ? [3, elfNames] : [9, reindeerNames];
  const isComplete = new Set(who).size === size && who.every((name) => names.includes(name));
  return [
    ...(isComplete ? [] : [`${what}, but in a group of ${who.length}: ${who.join(', ')}`]),
    ...(what === 'elves helped' && reindeerWaited ? ['elves were helped before the reindeer'] : []),
  ];
}
