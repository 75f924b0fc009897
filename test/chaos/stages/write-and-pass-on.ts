/** `write-and-pass-on.ts FOLDER`: writes each value to a disk, and waits until it is there; now and then that takes long. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Receiver, type Sender, stage } from 'handover/child';

const { input, output } = await stage<{ input: Receiver<number>; output: Sender<number> }>();
const file = await open(join(process.argv[2] ?? '', `${process.pid}.txt`), 'w');
for await (const { value } of input.extended()) {
  await file.write(`${value}\n`);
  if (value % 16 === 0) await file.datasync();
  if (value % 512 === 0) await pause(50);
  await output.send(value);
}
await file.close();
