/** A stage that a test writes, and that crashes; and what came of it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { handover } from '../command.ts';
import { folderOf } from '../files.ts';

const child = JSON.stringify(new URL('../../../../child/node/index.ts', import.meta.url).href);

/** @param work what is done with each `value`, before it is sent on */
export function doubler(work: string, { isExtended = true } = {}): string {
  const values = isExtended ? 'of input.extended()' : 'of input';
  return `import { stage } from ${child};
    const { input, output } = await stage();
    for await (const ${isExtended ? '{ value }' : 'value'} ${values}) {
      ${work};
      await output.send({ double: 2 * value.number });
    }`;
}

const topology = `export default async (supervisor) => {
  const numbers = supervisor.channel('numbers', { maxAttempts: 1 });
  const doubled = supervisor.channel('doubled');
  supervisor.stage('doubler', {
    module: new URL('./doubler.js', import.meta.url),
    env: { TOKEN: 'not for others' },
    ends: { input: numbers.receiver, output: doubled.sender },
  });
  (async () => {
    for (const number of [1, 2, 3]) await numbers.sender.send({ number });
    numbers.sender.close();
  })().catch(() => {});
  for await (const value of doubled.receiver);
};`;

export interface Crashed {
  readonly folder: string;
  /** The file of the report. */
  readonly report: string;
}

/** Runs it until it has crashed. */
export async function crash(
  module: string,
  args: readonly string[] = [],
  files: Readonly<Record<string, string>> = { 'topology.js': topology },
): Promise<Crashed> {
  const folder = folderOf({ 'package.json': '{"type":"module"}', 'doubler.js': module, ...files });
  const run = ['run', 'topology.js', '--progress', 'off', '--reports', 'crashes', ...args];
  expect(await handover(run, folder)).toMatchObject({ exitCode: 1 });
  const reports = readdirSync(join(folder, 'crashes'));
  expect(reports).toHaveLength(1);
  return { folder, report: join(folder, 'crashes', reports[0] ?? '') };
}

/** Changes something in a report. */
export function edit(report: string, change: (fields: Record<string, unknown>) => void): void {
  const fields = JSON.parse(readFileSync(report, 'utf8')) as Record<string, unknown>;
  change(fields);
  writeFileSync(report, JSON.stringify(fields));
}
