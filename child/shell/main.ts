/**
 * What speaks the protocol for a shell script, beside it: the script says on a pipe what it wants, one thing after the
 * other, and reads from another how that went. what `handover shell` prints has the other side.
 *
 * | who ends                | then                                                                               |
 * | ----------------------- | ---------------------------------------------------------------------------------- |
 * | the script              | the pipe of requests does, and so this process, without a last word: that is the script's exit code |
 * | this process, as asked  | its last answer is `leave CODE`, with which the script exits at its next request    |
 * | the supervisor          | the same, with code 70                                                              |
 */
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { connection } from '../node/stage.ts';
import { Answers } from './answers.ts';
import { Requests } from './requests.ts';

if (connection === undefined) {
  console.error(
    "handover: no supervisor started this script. Make it a stage: command: ['bash', 'script.sh']",
  );
  process.exit(70);
}
const { ends } = await connection.welcome();
const input = new Socket({ fd: 0, readable: true, writable: false }).on('error', () => {});
process.on('exit', (code) => say(`leave ${code}`));

const answers = new Answers(ends);
for await (const words of new Requests(input)) {
  // Who waits in an operation waits for others alone: the pipe is no reason to stay.
  input.unref();
  say(await answers.to(words));
  input.ref();
}
connection.abandon();

/** A line. When the script is gone nobody reads it. */
function say(line: string): void {
  try {
    writeSync(1, `${line}\n`);
  } catch {
    // How it ended is told by its exit code.
  }
}
