/** Reads the recording, and hands over each second of it when the one before has been taken. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Sender, stage } from 'handover/child';
import type { Second } from './messages.ts';
import { perSecond } from './recording.ts';

const { seconds } = await stage<{ seconds: Sender<Second> }>();
const [, , file = ''] = process.argv;
await seconds.sendAll(secondsOf(createInterface(createReadStream(file))));

async function* secondsOf(lines: AsyncIterable<string>): AsyncIterable<Second> {
  let second = 0;
  let samples: number[] = [];
  let isHead = true;
  for await (const line of lines) {
    if (isHead) {
      isHead = false;
      continue;
    }
    samples.push(Number(line.split(',')[1]));
    if (samples.length < perSecond) continue;
    yield secondOf(second++, samples);
    samples = [];
  }
  if (samples.length > 0) yield secondOf(second, samples);
}

function secondOf(second: number, samples: readonly number[]): Second {
  return {
    second,
    rows: samples.length,
    samples: new Uint8Array(Float64Array.from(samples).buffer),
  };
}
