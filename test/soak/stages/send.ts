/** `send.ts`: sends small objects as fast as they are taken, 64 at a time on their way. */
import { type Sender, stage } from 'handover/child';
import { keepSampling, type Sample } from '../sample.ts';

const { values, samples } = await stage<{ values: Sender<object>; samples: Sender<Sample> }>();
let sent = 0;
keepSampling(`${values.channel}: sender`, samples, () => sent);
await values.sendAll(objects(), { window: 64 });

function* objects(): Generator<object> {
  for (;;) yield { id: ++sent, name: 'handover', tags: ['small', 'object'], ok: true };
}
