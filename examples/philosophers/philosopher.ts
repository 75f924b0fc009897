import { type Receiver, type Sender, stage } from 'handover/child';

/** What it is called. Whoever has the value, has the fork. */
export type Fork = string;

const [, , name = '', meals] = process.argv;
const { takeFirst, putFirst, takeSecond, putSecond, oneForkInHand, goOn, eaten } = await stage<{
  takeFirst: Receiver<Fork>;
  putFirst: Sender<Fork>;
  takeSecond: Receiver<Fork>;
  putSecond: Sender<Fork>;
  oneForkInHand: Sender<string>;
  goOn: Receiver<null>;
  eaten: Sender<string>;
}>();

for (let meal = 0; meal < Number(meals); meal++) {
  const first = await takeFirst.receive();
  await oneForkInHand.send(name);
  await goOn.receive();
  const second = await takeSecond.receive();
  await eaten.send(name);
  await putSecond.send(second);
  await putFirst.send(first);
}
