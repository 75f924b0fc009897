/** `lines.ts FILE…`: the lines of files, one after the other. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Sender, stage } from 'handover/child';

await stage<{ output: Sender<string> }>(async ({ output }) => {
  for (const file of process.argv.slice(2)) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      await output.send(line);
    }
  }
});
