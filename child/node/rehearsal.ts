/**
 * A process that waits for its turn goes through a receive and a send on a link that leads nowhere: what V8 compiles
 * and links only when it is used for the first time is there when its turn comes, 2 ms earlier.
 */
import { systemClock } from '../../platform/clock.ts';
import { handleOf, pairFrom } from '../../src/ends/pair.ts';
import { ProcessLink, type Welcome } from '../../src/link/process-link.ts';
import { Party } from '../../src/party/party.ts';
import { msgpackCodec } from '../../src/value/codec.ts';
import { type FromSupervisor, protocolVersion } from '../../src/wire/message.ts';
import { Output } from '../../src/wire/output.ts';
import { Session } from '../../src/wire/session.ts';

const maxValueBytes = 1_024;
const window = { operations: 1, bytes: maxValueBytes };

const welcome: Welcome = {
  type: 'welcome',
  version: protocolVersion,
  settings: { stage: 'rehearsal', replica: 0, maxValueBytes, window },
  ends: [
    { name: 'input', end: 1, side: 'receive', channel: 'rehearsal' },
    { name: 'output', end: 2, side: 'send', channel: 'rehearsal' },
  ],
};

/** `{ a: [1, 'b'] }` */
const packed = Uint8Array.of(0x81, 0xa1, 0x61, 0x92, 0x01, 0xa1, 0x62);

/** @returns the value that was received */
export async function rehearse(): Promise<unknown> {
  const session = Session.ofSupervisor(maxValueBytes);
  const said = new Output();
  const heard = new Output();
  const link = new ProcessLink(
    { output: said, push: nothing, secured: (then) => then() },
    {
      onWelcome: nothing,
      onAnswer: (answer) => party.hear(answer),
      onShutdown: nothing,
      onRetire: nothing,
      onMeet: nothing,
      onPart: nothing,
      onResume: nothing,
      onProbe: nothing,
      onBroken: nothing,
    },
  );
  const terms = { codec: msgpackCodec, clock: systemClock, window, maxValueBytes, handleOf };
  const party = new Party<Uint8Array>(link, terms, nothing);
  const hear = (message: FromSupervisor) => {
    session.write(message, heard);
    for (const part of heard.take()) link.read(part);
  };

  link.hello('node', 'rehearsal');
  hear(welcome);
  const [input, output] = welcome.ends.map(({ end, side, channel }) =>
    party.end(end, side, channel),
  ) as [End, End];
  const { sender, receiver } = pairFrom<unknown, Uint8Array>(party, output, input);
  const received = receiver.receive();
  hear({ type: 'deliver', op: 1, guard: 0, attempt: 1, value: packed });
  const sent = sender.send({ a: [1, 'b'] });
  hear({ type: 'completed', op: 2, guard: 0 });
  await sent;
  return received;
}

type End = ReturnType<Party<Uint8Array>['end']>;

function nothing(): void {}
