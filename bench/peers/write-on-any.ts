import { type Sender, stage } from 'handover/child';
import { messageBytes } from '../message.ts';

const senders = Object.values(await stage<Record<string, Sender<Uint8Array>>>());
for (;;) {
  const sender = senders[Math.floor(Math.random() * senders.length)] as Sender<Uint8Array>;
  await sender.send(messageBytes);
}
