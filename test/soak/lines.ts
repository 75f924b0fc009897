/** Pairs of processes that exchange values in each of the ways that there are. */
import { type Receiver, type Sender, Supervisor } from 'handover';
import type { Sample } from './sample.ts';

export interface Lines {
  readonly supervisor: Supervisor;
  readonly samples: Receiver<Sample>;
  /** How many processes there are beside this one. */
  readonly processes: number;
}

export function startLines(): Lines {
  const supervisor = new Supervisor({ name: 'soak' });
  const samples = supervisor.channel<Sample>('samples');
  let processes = 0;

  const direct = supervisor.channel<object>('direct');
  start('send', { values: direct.sender });
  start('take', { values: direct.receiver });

  // While the supervisor has an end, too, values go through it.
  const relayed = supervisor.channel<object>('relayed');
  start('send', { values: relayed.sender.clone() });
  start('take', { values: relayed.receiver });

  const [one, other] = [
    supervisor.channel<object>('select'),
    supervisor.channel<object>('select, too'),
  ];
  start('send', { values: one.sender });
  start('send', { values: other.sender });
  start('choose', { one: one.receiver, other: other.receiver });

  const extended = supervisor.channel<object>('extended');
  start('send', { values: extended.sender });
  start('work', { values: extended.receiver });

  const large = supervisor.channel<Uint8Array>('1 MiB');
  start('send-large', { values: large.sender });
  start('take', { values: large.receiver });
  return { supervisor, samples: samples.receiver, processes };

  function start(
    program: string,
    ends: Readonly<Record<string, Sender<never> | Receiver<unknown>>>,
  ): void {
    supervisor.stage(`${program} ${++processes}`, {
      module: new URL(`./stages/${program}.ts`, import.meta.url),
      ends: { ...ends, samples: samples.sender.clone() },
    });
  }
}
