import { type Sender, stage } from 'handover/child';

const { output } = await stage<{ output: Sender<number> }>();
// Without end, and yet never ahead: each number is made when the one before it was taken.
for (let number = 2; ; number++) await output.send(number);
