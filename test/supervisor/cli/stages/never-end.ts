/** Neither the end of its channel nor SIGTERM ends it. */
import { type Receiver, stage } from 'handover/child';

const { numbers } = await stage<{ numbers: Receiver<number> }>();
process.on('SIGTERM', () => {});
setInterval(() => {}, 1_000_000);
await numbers.receive();
console.log(`process ${process.pid} goes on for ever`);
