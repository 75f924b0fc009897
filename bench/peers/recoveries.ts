import { once } from 'node:events';
import { Supervisor, type SupervisorEvent } from 'handover';
import { atWork } from '../at-work.ts';

/** When things happened between the end of one process and the first value of the next, in milliseconds after it. */
export interface Recovery {
  /** The supervisor knows that the process is dead, and has its last words. */
  readonly crashed: number;
  /** The next process is started. One that is a spare was, long before: then this and the next two are below 0. */
  readonly started: number;
  readonly booting: number;
  /** Its runtime is there. */
  readonly imported: number;
  /** It has its ends. */
  readonly welcomed: number;
  /** Its code has the value. */
  readonly given: number;
  /** The sender knows that the value was taken. */
  readonly taken: number;
}

interface Start {
  readonly origin: number;
  readonly imported: number;
  readonly welcomed: number;
  readonly given: number;
}

/** Kills a stage's process with SIGKILL, again and again, while a value is being sent to it. */
export async function recoveries(spare: number, count: number): Promise<Recovery[]> {
  await using supervisor = new Supervisor({ name: 'bench', log: () => {} });
  const values = supervisor.channel<number>('values');
  const starts = supervisor.channel<Start>('starts');
  const stage = supervisor.stage('starter', {
    module: new URL('./starter.js', import.meta.url),
    // Each restart is the first of its period: it comes at once.
    restart: { within: 1 },
    spare,
    ends: { values: values.receiver, starts: starts.sender },
  });
  const happened = new Map<string, number>();
  let isSpareReady = false;
  const events = new EventTarget();
  supervisor.events.listen((event: SupervisorEvent) => {
    happened.set(event.type, now());
    if (event.type !== 'ready' || !event.isSpare) return;
    isSpareReady = true;
    events.dispatchEvent(new Event('spare'));
  });

  const measured: Recovery[] = [];
  for (let round = 0; round <= count; round++) {
    await exchange();
    if (spare > 0 && !isSpareReady) await once(events, 'spare');
    isSpareReady = false;
    await atWork(exchange);
    const [processId] = stage.processIds;
    if (processId === undefined) throw new Error('the stage has no process');
    measured.push(await recovery(processId));
  }
  // The first has what every program has only once: it compiles, and looks up files.
  return measured.slice(1);

  async function exchange(): Promise<void> {
    await values.sender.send(0);
    await starts.receiver.receive();
  }

  async function recovery(processId: number): Promise<Recovery> {
    const killed = now();
    process.kill(processId, 'SIGKILL');
    const taken = values.sender.send(-1).then(now);
    const { origin, imported, welcomed, given } = await starts.receiver.receive();
    const after = (moment: number | undefined) => (moment ?? Number.NaN) - killed;
    return {
      crashed: after(happened.get('crashed')),
      started: after(happened.get('started')),
      booting: after(origin),
      imported: after(imported),
      welcomed: after(welcomed),
      given: after(given),
      taken: after(await taken),
    };
  }
}

/** As `starter.js` has it. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
