import { expect, test } from 'vitest';
import { observe } from '../../../../supervisor/cli/progress/observation.ts';
import { stageModule } from '../../../support/stage-module.ts';
import { supervise } from '../../../support/supervision.ts';

test('of channels for replies nobody knows who has their ends: they are not shown', () => {
  const { supervisor } = supervise();
  const lines = supervisor.channel('lines');
  supervisor.channel();
  supervisor.stage('printer', {
    module: stageModule('print-all'),
    ends: { input: lines.receiver },
  });
  expect([...supervisor.statistics().keys()]).toEqual(['lines', 'channel 2']);
  const { channels, parts } = observe(supervisor, 'own code', 0);
  expect([...channels.keys()]).toEqual(['lines']);
  expect(parts.at(-1)).toMatchObject({ name: 'own code', inputs: [], outputs: ['lines'] });
});
