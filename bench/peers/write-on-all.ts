import { type Sender, stage } from 'handover/child';
import { messageBytes } from '../message.ts';

const senders = await stage<Record<string, Sender<Uint8Array>>>();
await Promise.all(Object.values(senders).map(write));

async function write(sender: Sender<Uint8Array>): Promise<never> {
  for (;;) await sender.send(messageBytes);
}
