/**
 * A census of source code: which languages, how many lines and functions, which packages.
 *
 *     reader ──sources──▶ parser ×2 ──outlines──▶ transformer ──facts──▶ writer ──summary──▶ (here)
 *
 * Every stage is a process of its own. No channel holds anything: however slow the parsers are, the reader is
 * never more than one file ahead of them.
 */
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Supervisor } from 'handover';
import type {
  Facts,
  Outline,
  ParserEnds,
  ReaderEnds,
  SetAside,
  Source,
  Summary,
  TransformerEnds,
  WriterEnds,
} from './messages.ts';
import { checkSum, table } from './table.ts';

const ownPackages = fileURLToPath(new URL('../../node_modules', import.meta.url));

export default async function census(
  supervisor: Supervisor,
  [folder = ownPackages]: readonly string[],
): Promise<void> {
  if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is not a folder`);

  const sources = supervisor.channel<Source | SetAside>('sources');
  const outlines = supervisor.channel<Outline | SetAside>('outlines');
  const facts = supervisor.channel<Facts | SetAside>('facts');
  const summary = supervisor.channel<Summary>('summary');

  supervisor.stage('reader', {
    module: new URL('./reader.ts', import.meta.url),
    args: [folder],
    ends: { sources: sources.sender } satisfies ReaderEnds,
  });
  supervisor.stage('parser', {
    module: new URL('./parser.ts', import.meta.url),
    ends: { sources: sources.receiver, outlines: outlines.sender } satisfies ParserEnds,
    replicas: 2,
  });
  supervisor.stage('transformer', {
    module: new URL('./transformer.ts', import.meta.url),
    ends: { outlines: outlines.receiver, facts: facts.sender } satisfies TransformerEnds,
  });
  supervisor.stage('writer', {
    module: new URL('./writer.ts', import.meta.url),
    ends: { facts: facts.receiver, summary: summary.sender } satisfies WriterEnds,
  });

  const result = await summary.receiver.receive();
  const read = supervisor.statistics().get('sources')?.taken ?? 0;
  console.log(table(folder, read, result));
  checkSum(read, result);
}
