/** Sends 0, 1, 2, … without end, as fast as they are taken. */
import { type Sender, stage } from 'handover/child';

const { numbers } = await stage<{ numbers: Sender<number> }>();
for (let number = 0; ; number++) await numbers.send(number);
