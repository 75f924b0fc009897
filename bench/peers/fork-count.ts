/** Says so once for each window of objects. */
import { windowLength } from '../message.ts';

let received = 0;
process.on('message', () => {
  if (++received % windowLength === 0) process.send?.('counted');
});
