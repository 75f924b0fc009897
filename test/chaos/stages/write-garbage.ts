/** Is given a value, writes to its link what is no message, and does so while it has the value in hand. */
import { randomBytes } from 'node:crypto';
import { RawLink } from '../../support/raw-link.ts';

const link = await RawLink.greeted();
link.offerReceive(1, 'input');
await link.next('deliver');
link.write(randomBytes(1 + Math.floor(Math.random() * 4_096)));
