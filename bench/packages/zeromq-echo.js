import { Reply } from 'zeromq';

const reply = new Reply();
await reply.bind(process.argv[2]);
process.stdout.write('listening\n');
for await (const [message] of reply) await reply.send(message);
