import { type Sender, stage } from 'handover/child';

const { numbers } = await stage<{ numbers: Sender<number> }>();
for (let number = 1; number <= 10; number++) await numbers.send(number);
