import { receiveByHand } from './by-hand.ts';

for await (const _ of receiveByHand(3, 4));
