/** One strict message to a child: execa resolves it when somebody at the other end listens for messages. */
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { report } from '../figure.ts';
import { messageText } from '../message.ts';
import { Stopwatch } from '../stopwatch.ts';

const listener = fileURLToPath(new URL('../peers/execa-listener.ts', import.meta.url));
const child = execaNode({ nodeOptions: [], buffer: false })`${listener}`;
await child.getOneMessage();
const stopwatch = new Stopwatch();
do await child.sendMessage(messageText, { strict: true });
while (stopwatch.lap());
await child.sendMessage('end');
await child;
report(stopwatch.microseconds);
