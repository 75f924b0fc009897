/** The modes themselves: that a run in one of them is what it says. */
import { describe, expect, test } from 'vitest';
import { stageModule } from '../support/stage-module.ts';
import { supervise } from '../support/supervision.ts';
import { type DirectMode, forceDirect } from './mode.ts';

const count = 4_000;

/** How often the way changed in which the values of one stage came to another. */
async function changesIn(mode: DirectMode, direct?: false): Promise<number> {
  const setBack = forceDirect(mode);
  const { supervisor } = supervise(direct === undefined ? {} : { direct });
  setBack();
  const between = supervisor.channel<number>('between');
  const out = supervisor.channel<number>('out');
  const ends = { input: between.receiver, output: out.sender };
  supervisor.stage('source', {
    module: stageModule('send-numbers'),
    args: [String(count)],
    ends: { output: between.sender },
  });
  supervisor.stage('taker', { module: stageModule('echo'), ends });
  let [changes, wasDirect] = [0, false];
  let next = 0;
  for await (const value of out.receiver) {
    expect(value).toBe(next++);
    const isDirect = supervisor.statistics().get('between')?.isDirect ?? false;
    if (isDirect !== wasDirect) changes++;
    wasDirect = isDirect;
  }
  expect(next).toBe(count);
  await supervisor.finished();
  return changes;
}

describe('§14.9 in the mode …', () => {
  test('never, nothing goes directly', async () => {
    expect(await changesIn('never')).toBe(0);
  });

  test('always, what began to go directly goes on', async () => {
    const changes = await changesIn('always');
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThanOrEqual(2);
  });

  test('restless, the way changes again and again', async () => {
    expect(await changesIn('restless')).toBeGreaterThan(5);
  });

  test.each(['always', 'restless'] as const)('%s, a test that says no is heard', async (mode) => {
    expect(await changesIn(mode, false)).toBe(0);
  });
});
