import { expect, test } from 'vitest';
import { handover } from './command.ts';
import { folderOf, stageUrl } from './files.ts';

/** Runs `topology.ts` in a folder of its own. */
async function runTopology(source: string) {
  const folder = folderOf({ 'topology.ts': source });
  const { exitCode, stderr } = await handover(['run', 'topology.ts', '--progress', 'off'], folder);
  return { exitCode, stderr };
}

test.each([
  ['with the extension that was left out', 'topology', 'Did you mean topology.ts?'],
  ['with the topology that is there', 'toplogy.ts', 'Did you mean topology.ts?'],
  ['with what else is there', 'parts/all.ts', 'that folder has one.ts, two.ts'],
  ['with the folder that is missing, too', 'no/topology.ts', 'there is no folder'],
])('a file that does not exist is named in full, %s', async (_, file, advice) => {
  const folder = folderOf({ 'topology.ts': '', 'parts/one.ts': '', 'parts/two.ts': '' });
  const { exitCode, stderr } = await handover(['run', file], folder);
  expect(stderr).toContain(`there is no file ${folder}/${file}`);
  expect(stderr).toContain(advice);
  expect(exitCode).toBe(2);
});

test('a folder is not a topology; the one inside is proposed', async () => {
  const folder = folderOf({ 'all/topology.ts': '' });
  const { exitCode, stderr } = await handover(['run', 'all'], folder);
  expect(stderr).toBe('handover: all is a folder. Did you mean all/topology.ts?');
  expect(exitCode).toBe(2);
});

test('a file that is no module is refused before it is loaded', async () => {
  const folder = folderOf({ 'topology.yaml': 'stages: []' });
  const { exitCode, stderr } = await handover(['run', 'topology.yaml'], folder);
  expect(stderr).toMatch(/^handover: topology\.yaml is not a module/);
  expect(exitCode).toBe(2);
});

test.each([
  ['no default', 'export function main() {}', 'it exports only main.'],
  ['nothing at all', 'export {};', 'it exports nothing.'],
  ['another default', 'export default { stages: [] };', 'its default export is an object.'],
])('a module with %s is told what a topology has', async (_, source, found) => {
  const { exitCode, stderr } = await runTopology(source);
  expect(stderr).toContain(`topology.ts has no default function: ${found}`);
  expect(stderr).toContain('export default (supervisor) => { … }');
  expect(exitCode).toBe(2);
});

test.each([
  [
    'fails while it is loaded',
    'const x = 1;\nthrow new TypeError("not so");',
    'TypeError: not so',
    'topology.ts:2:7',
  ],
  [
    'cannot be parsed',
    'export default () => {\n  const a = ;\n};',
    'SyntaxError: Expression expected',
    'topology.ts:2:13',
  ],
  [
    'fails while it runs',
    'export default () => {\n  throw new Error("no money");\n};',
    'no money',
    'topology.ts:2:9',
  ],
  [
    'rejects',
    'export default async () => {\n  await null;\n  throw new Error("no money");\n};',
    'no money',
    'topology.ts:3:9',
  ],
  [
    'makes a channel twice',
    'export default (s) => {\n  s.channel("a");\n  s.channel("a");\n};',
    'there is a channel "a" already',
    'topology.ts:3:5',
  ],
  [
    'starts a module that is not there',
    'export default (s) => {\n  s.stage("a", { module: "nope.ts" });\n};',
    'stage "a": there is no file',
    'topology.ts:2:5',
  ],
])(
  'a topology that %s is shown with the place, and without a stack',
  async (_, source, message, place) => {
    const { exitCode, stderr } = await runTopology(source);
    const line = Number(place.split(':')[1]);
    expect(stderr).toContain(`handover: ${message}`);
    expect(stderr).toContain(`\n  at ${place}\n  ${line} | ${source.split('\n')[line - 1]}\n`);
    expect(stderr).not.toContain('node:internal');
    expect(exitCode).toBe(2);
  },
);

test('JavaScript that cannot be parsed is shown with the place, too', async () => {
  const folder = folderOf({ 'topology.mjs': 'export default () => {\n  const a = ;\n};' });
  const { exitCode, stderr } = await handover(['run', 'topology.mjs'], folder);
  expect(stderr).toContain("SyntaxError: Unexpected token ';'\n  at topology.mjs:2:13\n");
  expect(exitCode).toBe(2);
});

test('TypeScript that Node cannot read is answered with what helps', async () => {
  const { exitCode, stderr } = await runTopology(
    'enum Colour { Red }\nexport default () => Colour.Red;',
  );
  expect(stderr).toContain('--import tsx');
  expect(exitCode).toBe(2);
});

test('an end that is given twice is told with the place, and the stage that has it is ended', async () => {
  const { exitCode, stderr } = await runTopology(`export default (supervisor) => {
  const { sender: numbers } = supervisor.channel('numbers');
  const stage = supervisor.stage('one', { module: ${stageUrl('count')}, ends: { numbers } });
  console.error('process', stage.processIds[0]);
  supervisor.stage('two', { module: ${stageUrl('count')}, ends: { numbers } });
}`);
  expect(stderr).toContain('"numbers": its sender was given to stage "one"');
  expect(stderr).toContain('topology.ts:5:');
  expect(exitCode).toBe(2);
  const processId = Number(/process (\d+)/.exec(stderr)?.[1]);
  expect(() => process.kill(processId, 0)).toThrow('ESRCH');
});

test('an error that nobody catches ends the run, and is told once', async () => {
  const { exitCode, stderr } = await runTopology(`export default async (supervisor) => {
  const { receiver, sender } = supervisor.channel('numbers');
  supervisor.stage('counter', { module: ${stageUrl('count')}, ends: { numbers: sender } });
  void (async () => {
    throw new Error('forgotten');
  })();
  for await (const number of receiver);
}`);
  expect(stderr).toMatch(/^handover: forgotten\n {2}at topology\.ts:5:11\n/);
  expect(exitCode).toBe(2);
});

test('a default function that waits for what can never come is told so', async () => {
  const { exitCode, stderr } = await runTopology(
    'export default async (supervisor) => { await supervisor.channel("a").receiver.receive(); };',
  );
  expect(stderr).toContain('the default function waits for something that can never come');
  expect(exitCode).toBe(2);
});
