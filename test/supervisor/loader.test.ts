import type { StageFailedError } from 'handover';
import { expect, test } from 'vitest';
import { rejection } from '../support/failures.ts';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';

test('TypeScript that Node cannot run by itself fails with a hint at the tsx loader', async () => {
  const { supervisor } = supervise();
  const values = supervisor.channel<string>('values');
  supervisor.stage('modern', {
    module: stageModule('use-an-enum'),
    ends: { output: values.sender },
  });
  const failure = (await rejection(supervisor.finished())) as StageFailedError;
  expect(failure.message).toContain("give the stage loader: 'tsx'");
  expect(failure.exitCode).toBe(1);
  expect(failure.stderr.join('\n')).toContain('enum');
});

test('the tsx loader runs it', async () => {
  const { supervisor } = supervise();
  const values = supervisor.channel<string>('values');
  supervisor.stage('modern', {
    module: stageModule('use-an-enum'),
    loader: 'tsx',
    ends: { output: values.sender },
  });
  expect(await values.receiver.receive()).toBe('red');
  await supervisor.finished();
});
