/** Reads lines of `name=value`. A line is taken when its entry has been handed on; until then it can be set aside. */
import { type Receiver, type Sender, stage } from 'handover/child';

export type Entry = Readonly<Record<string, string>>;

/** The mistake: nothing says where one field ends and the next begins. A space, `\s+`, would. */
const fields = /^(?:\w+=\S+\s*)+$/;

const { lines, entries } = await stage<{ lines: Receiver<string>; entries: Sender<Entry> }>();

for await (const work of lines.extended()) {
  if (fields.test(work.value)) await entries.send(entryOf(work.value));
  else work.fail('it is not made of fields');
}

function entryOf(line: string): Entry {
  return Object.fromEntries(line.split(' ').map((field) => field.split('=', 2)));
}
