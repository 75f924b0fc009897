/** Asks a server for squares. With each question goes the way back: the sender of a channel for the answer. */
import { Supervisor } from 'handover';
import { verdict } from '../verdict.ts';
import type { Question } from './server.ts';

await using supervisor = new Supervisor();
const questions = supervisor.channel<Question>('questions');
supervisor.stage('server', {
  module: new URL('./server.ts', import.meta.url),
  ends: { questions: questions.receiver },
});

// Asked all at once. Each answer comes on a channel of its own: none can be mistaken for another's.
const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const squares = await Promise.all(numbers.map(square));
console.log(squares.join(' '));
questions.sender.close();
await supervisor.finished();

verdict(
  numbers.every((number, index) => squares[index] === number * number),
  'every question got its own answer',
  'an answer is not the square of the number in its question',
);

async function square(number: number): Promise<number> {
  const [reply, replies] = supervisor.channel<number>();
  // The sender moves to the server with the question, and cannot be used here any more.
  await questions.sender.send({ number, reply });
  return replies.receive();
}
