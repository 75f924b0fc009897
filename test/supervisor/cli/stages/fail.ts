import { type Receiver, stage } from 'handover/child';

const { numbers } = await stage<{ numbers: Receiver<number> }>();
await numbers.receive();
console.error('the disk is full');
process.exitCode = 3;
