import { expect, test } from 'vitest';
import { stageModule } from '../../support/stage-module.ts';
import { handover, startHandover } from './command.ts';
import { folderOf, stageUrl } from './files.ts';

test('a topology runs until every stage has ended; its output is on stdout, that of its stages on stderr', async () => {
  const folder = folderOf({
    'topology.ts': `export default async (supervisor, args) => {
      console.log('arguments', args.join());
      const numbers = supervisor.channel('numbers');
      supervisor.stage('counter', { module: ${stageUrl('count-to-ten')}, ends: { numbers: numbers.sender } });
      supervisor.stage('printer', { module: ${stageUrl('print')}, ends: { numbers: numbers.receiver } });
    }`,
  });
  const ended = await handover(
    ['run', 'topology.ts', '--progress', 'off', '--', '--fast', '3'],
    folder,
  );
  expect(ended).toEqual({
    exitCode: 0,
    stdout: 'arguments --fast,3',
    stderr: '[printer] all: 10',
  });
});

test('what the topology leaves open does not keep the command from ending', async () => {
  const folder = folderOf({
    'topology.ts': 'export default () => { setInterval(() => {}, 1_000_000); };',
  });
  expect(await handover(['run', 'topology.ts'], folder)).toMatchObject({ exitCode: 0 });
});

test('a stage that fails is told in a sentence, and the exit code is 1', async () => {
  const folder = folderOf({
    'topology.ts': `export default async (supervisor) => {
      const numbers = supervisor.channel('numbers');
      supervisor.stage('weak', { module: ${stageUrl('fail')}, ends: { numbers: numbers.receiver } });
      await numbers.sender.send(1);
    }`,
  });
  const { exitCode, stderr } = await handover(['run', 'topology.ts', '--progress', 'off'], folder);
  expect(stderr).toContain('[weak] the disk is full\n');
  expect(stderr).toMatch(
    /\nhandover: stage "weak" exited with code 3 after [\d.]+ s \(process \d+\)$/,
  );
  expect(stderr).not.toContain('    at ');
  expect(exitCode).toBe(1);
});

test('a stage that is started again too often has failed, too: the exit code is 1', async () => {
  const folder = folderOf({
    'topology.ts': `export default (supervisor) => {
      const module = ${JSON.stringify(stageModule('exit-at-once').href)};
      const restart = { when: 'on-failure', restarts: 1, within: 60_000, backoff: { first: 1 } };
      supervisor.stage('weak', { module, args: ['5'], restart });
    }`,
  });
  const { exitCode, stderr } = await handover(['run', 'topology.ts', '--progress', 'off'], folder);
  expect(stderr).toMatch(/\nhandover: .*stage "weak"/);
  expect(stderr).not.toContain('topology.ts:');
  expect(exitCode).toBe(1);
});

test('R12 stages that wait for each other are told and ended, and the exit code is 3', async () => {
  const folder = folderOf({
    'topology.ts': `export default (supervisor) => {
      const [a, b] = [supervisor.channel('a'), supervisor.channel('b')];
      const module = ${JSON.stringify(stageModule('echo').href)};
      supervisor.stage('one', { module, ends: { input: a.receiver, output: b.sender } });
      supervisor.stage('two', { module, ends: { input: b.receiver, output: a.sender } });
    }`,
  });
  const { exitCode, stderr } = await handover(['run', 'topology.ts', '--progress', 'off'], folder);
  expect(stderr).toContain('in a circle: stage "one" → stage "two" → stage "one"');
  expect(stderr).toMatch(/\nhandover: it was ended because of the deadlock that is told above$/);
  expect(exitCode).toBe(3);
});

test('code that meets the end of a channel because a stage failed is not blamed: the stage is', async () => {
  const folder = folderOf({
    'topology.ts': `export default async (supervisor) => {
      const numbers = supervisor.channel('numbers');
      supervisor.stage('weak', { module: ${stageUrl('fail')}, ends: { numbers: numbers.receiver } });
      for (let number = 0; ; number++) await numbers.sender.send(number);
    }`,
  });
  const { exitCode, stderr } = await handover(['run', 'topology.ts', '--progress', 'off'], folder);
  expect(stderr).toMatch(/\nhandover: stage "weak" exited with code 3/);
  expect(exitCode).toBe(1);
});

test('whoever reads the output may leave: the work goes on to its end', async () => {
  const folder = folderOf({
    'topology.ts': `export default async (supervisor) => {
      const numbers = supervisor.channel('numbers');
      supervisor.stage('counter', { module: ${stageUrl('count-to-ten')}, ends: { numbers: numbers.sender } });
      for await (const number of numbers.receiver) {
        console.log(number);
        if (number === 1) await new Promise((resolve) => process.stdout.once('error', resolve));
        console.error('has', number);
      }
    }`,
  });
  const running = startHandover(['run', 'topology.ts', '--progress', 'off'], folder);
  running.stopReading();
  const { exitCode, stderr } = await running.ended;
  expect(stderr).toMatch(/^has 10$/m);
  expect(exitCode).toBe(0);
});
