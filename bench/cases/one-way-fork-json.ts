/** Small objects from one child to another by way of their parent. The child that sends reports the figure. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const sender = start('fork-window');
const counter = start('fork-count');
sender.on('message', (message) => counter.send(message));
counter.on('message', (message) => sender.send(message));
sender.on('exit', () => counter.disconnect());

function start(name: string) {
  return fork(fileURLToPath(new URL(`../peers/${name}.ts`, import.meta.url)), { execArgv: [] });
}
