import { beforeEach, onTestFailed } from 'vitest';
import { directMode } from './mode.ts';

/** Says how a test can be run again in the same mode; the moments depend on the machine, too. */
beforeEach(() => {
  const mode = directMode();
  if (mode === 'ordinary') return;
  onTestFailed(({ task }) => {
    const seed = mode === 'restless' ? `HANDOVER_SEED=${process.env.HANDOVER_SEED} ` : '';
    console.error(`Again: TEST_DIRECT=${mode} ${seed}npx vitest run ${task.file.name}`);
  });
});
