import { expect, test } from 'vitest';
import { rejection } from '../../support/failures.ts';
import { stageModule } from '../../support/stage-module.ts';
import { supervise } from '../../support/supervision.ts';
import { handover } from '../cli/command.ts';
import { folderOf } from '../cli/files.ts';

test('15.7 a stage that was built against a contract is replayed with it', async () => {
  const folder = folderOf({});
  const { supervisor } = supervise({ reports: { folder, values: 'written' } });
  const input = supervisor.channel<unknown>('numbers', { contract: { type: 'number' } });
  const output = supervisor.channel<unknown>('doubled');
  supervisor.stage('doubler', {
    module: stageModule('expect-contracts'),
    args: [JSON.stringify({ input: { type: 'number' } })],
    ends: { input: input.receiver, output: output.sender },
  });
  await input.sender.send(2n ** 60n);
  await rejection(supervisor.finished());
  const { stderr, exitCode } = await handover(['replay', folder]);
  expect(stderr).toContain('Cannot mix BigInt');
  expect(stderr).not.toContain('has none');
  expect(exitCode).toBe(1);
});
