/** Prints each summary, and says that it has. */
import { type Receiver, type Sender, stage } from 'handover/child';
import type { Summary } from './messages.ts';

const { summaries, printed } = await stage<{
  summaries: Receiver<Summary>;
  printed: Sender<Summary>;
}>();
for await (const summary of summaries) {
  const { place, median, spread, slope } = summary;
  const numbers = [median, spread, slope].map((number) => number.toFixed(2).padStart(7));
  console.log(place.padEnd(6), ...numbers);
  await printed.send(summary);
}
