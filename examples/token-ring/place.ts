import { type Receiver, type Sender, stage } from 'handover/child';

/** The places where it has been, in order. */
export type Token = readonly number[];

const [, , place] = process.argv;
const { input, output } = await stage<{ input: Receiver<Token>; output: Sender<Token> }>();
for await (const token of input) await output.send([...token, Number(place)]);
