import { Supervisor } from 'handover';
import { expect, test } from 'vitest';
import { LogBook } from '../support/log-book.ts';
import { openDescriptors, ownProcesses } from '../support/processes.ts';
import { stageModule } from '../support/stage-module.ts';

const processes = 1_000;
const atOnce = 8;

test('R11 1,000 processes started and ended leave no descriptor, no zombie and no warning', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  await startAndEnd('end');
  await startAndEnd('stop');
  const before = openDescriptors();
  for (let started = 2 * atOnce; started < processes; started += 2 * atOnce) {
    await startAndEnd('end');
    await startAndEnd('stop');
  }
  expect(openDescriptors()).toBeLessThanOrEqual(before);
  expect(ownProcesses()).toEqual([]);
  expect(process.listenerCount('exit')).toBeLessThan(10);
  process.off('warning', note);
  expect(warnings).toEqual([]);
}, 300_000);

/** Stages that take a value each, and then end by themselves, or are stopped. */
async function startAndEnd(how: 'end' | 'stop'): Promise<void> {
  const book = new LogBook();
  const supervisor = new Supervisor({ log: book.log });
  const values = supervisor.channel<number>('values');
  supervisor.stage('takers', {
    module: stageModule('print-all'),
    replicas: atOnce,
    ends: { input: values.receiver },
  });
  await Promise.all(Array.from({ length: atOnce }, (_, value) => values.sender.send(value)));
  if (how === 'end') {
    values.sender.close();
    await supervisor.finished();
    expect(book.printed('takers')).toHaveLength(atOnce);
  } else {
    const { stages } = await supervisor.stop({ drain: 0 });
    expect(stages[0]?.outcome).toBe('stopped');
  }
}
