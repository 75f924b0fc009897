/** Prints what it receives, and the sum at the end. */
import { type Receiver, stage } from 'handover/child';

const { numbers } = await stage<{ numbers: Receiver<number> }>();
let count = 0;
for await (const number of numbers) {
  count++;
  if (number % 100 === 0) console.log(`has ${number}`);
}
console.log(`all: ${count}`);
