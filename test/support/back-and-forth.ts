import type { Receiver, Sender, Supervisor } from 'handover';
import { stageModule } from './stage-module.ts';

/** A healthy stage that sends back all that it is sent. */
export interface Echo {
  readonly to: Sender<unknown>;
  readonly from: Receiver<unknown>;
}

export function startEcho(supervisor: Supervisor, name = 'echo'): Echo {
  const there = supervisor.channel<unknown>(`to ${name}`);
  const back = supervisor.channel<unknown>(`from ${name}`);
  supervisor.stage(name, {
    module: stageModule('echo'),
    ends: { input: there.receiver, output: back.sender },
  });
  return { to: there.sender, from: back.receiver };
}

/** So many values there and back, one after the other: everything that was ready to happen has happened. */
export async function backAndForth({ to, from }: Echo, times: number): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    await to.send(turn);
    const back = await from.receive();
    if (back !== turn) throw new Error(`sent ${turn}, got back ${back}`);
  }
}
