import { getEachMessage, sendMessage } from 'execa';

const messages = getEachMessage();
await sendMessage('listening');
for await (const message of messages) {
  if (message === 'end') break;
}
