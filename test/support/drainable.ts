/** Programs that are under way, and how they must have ended when all that was inside was handed over. */
import { pipeline, type SupervisorReport } from 'handover';
import { expect } from 'vitest';
import { rejection } from './failures.ts';
import { stageModule } from './stage-module.ts';
import { type Supervision, supervise } from './supervision.ts';

interface Drainable extends Supervision {
  expectAllHandedOver(report: SupervisorReport): Promise<void>;
}

/** A source that never ends by itself, a stage that passes on, and one that counts what arrives. */
export async function endlessPipeline(replicas = 1): Promise<Drainable> {
  const { supervisor, book } = supervise();
  pipeline(supervisor, {
    source: { module: stageModule('count-up') },
    middle: { module: stageModule('echo'), replicas },
    sink: { module: stageModule('count-values') },
  });
  await expect
    .poll(() => supervisor.statistics().get('middle → sink')?.taken, { timeout: 20_000 })
    .toBeGreaterThan(100);
  return {
    supervisor,
    book,
    async expectAllHandedOver({ stages }) {
      expect(stages.map(({ outcome }) => outcome)).toEqual(['ended', 'ended', 'ended']);
      const taken = supervisor.statistics().get('source → middle')?.taken;
      expect(supervisor.statistics().get('middle → sink')?.taken).toBe(taken);
      expect(book.printed('sink')).toEqual([`${taken} values`]);
      await supervisor.finished();
    },
  };
}

/** The supervisor's own code has sent to a stage, and never closes its sender. */
export function ownSender(): Drainable {
  const { supervisor, book } = supervise();
  const values = supervisor.channel<number>('values');
  const sends = [1, 2, 3].map((value) => values.sender.send(value));
  supervisor.stage('taker', {
    module: stageModule('print-all'),
    ends: { input: values.receiver },
  });
  return {
    supervisor,
    book,
    async expectAllHandedOver() {
      await Promise.all(sends);
      expect(book.printed('taker')).toEqual(['took 1', 'took 2', 'took 3']);
      expect(await rejection(values.sender.send(4))).toMatchObject({ code: 'END_CLOSED' });
    },
  };
}
