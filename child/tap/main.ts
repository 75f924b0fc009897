/**
 * The module of a stage that looks into a joint: it prints each value that goes by, and passes it on. Its sender is
 * released when the stage behind has taken the value, as without it; when the input breaks, so does the output.
 */
import { inspect } from 'node:util';
import type { Receiver } from '../../src/ends/receiver.ts';
import type { Sender } from '../../src/ends/sender.ts';
import { ChannelBrokenError, ChannelEndedError } from '../../src/errors.ts';
import { stage } from '../node/stage.ts';

await stage<{ input: Receiver<unknown>; output: Sender<unknown> }>(async ({ input, output }) => {
  try {
    for await (const work of input.extended()) {
      console.log(inspect(work.value, { breakLength: Number.POSITIVE_INFINITY, depth: 6 }));
      await output.send(work.value);
      work.taken();
    }
  } catch (error) {
    // Nobody behind it wants more: the value goes back.
    if (error instanceof ChannelEndedError) return;
    if (!(error instanceof ChannelBrokenError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
});
