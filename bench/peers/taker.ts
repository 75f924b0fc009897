import type { Receiver } from 'handover';
import { stage } from 'handover/child';

const { values } = await stage<{ values: Receiver<Uint8Array> }>();
for await (const _ of values);
