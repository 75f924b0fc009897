import { type Receiver, type Sender, stage } from 'handover/child';

/** A number, and where its square is awaited. */
export type Question = { readonly number: number; readonly reply: Sender<number> };

const { questions } = await stage<{ questions: Receiver<Question> }>();
for await (const { number, reply } of questions) {
  await reply.send(number * number);
  reply.close();
}
