/** `npm run bench -- crashes`: what pools of worker processes lose when something crashes or hangs. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Column, table } from '../table.ts';
import { type Peer, peers, versionOf } from './peers.ts';
import { type Result, run } from './run.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { type Verdict, verdictOf } from './verdict.ts';

interface Row {
  readonly peer: Peer;
  readonly scenario: string;
  readonly result: Result;
  readonly verdict: Verdict;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' } },
});
const [, ...names] = positionals;
const columns: readonly Column[] = [
  { title: 'scenario', align: 'left' },
  { title: 'pool', align: 'left' },
  { title: 'done', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'pending', align: 'right' },
  { title: 'workers left', align: 'left' },
  { title: 'verdict', align: 'left' },
];

const versions = Object.fromEntries(peers.map((peer) => [peer, versionOf(peer)]));
console.log(`${peers.map((peer) => `${peer} ${versions[peer]}`).join(', ')}\n`);
const rows: Row[] = [];
for (const scenario of scenarios) {
  if (names.length > 0 && !names.includes(scenario.name)) continue;
  rows.push(...(await Promise.all(peers.map((peer) => rowOf(peer, scenario)))));
}
console.log(table(columns, rows.map(cellsOf)).join('\n'));
console.log(`\n${scenarios.map(({ name, what }) => `${name}: ${what}`).join('\n')}`);
for (const { result, peer, scenario } of rows) {
  if (result.is === 'died') console.log(`\n${peer}, ${scenario}: ${result.why}`);
}
if (values.json !== undefined) {
  const written = { node: process.version, versions, rows };
  await writeFile(values.json, `${JSON.stringify(written, undefined, 2)}\n`);
}

async function rowOf(peer: Peer, scenario: Scenario): Promise<Row> {
  const result = await run(peer, scenario);
  return { peer, scenario: scenario.name, result, verdict: verdictOf(result, scenario) };
}

function cellsOf({ peer, scenario, result, verdict }: Row): string[] {
  return [scenario, peer, ...figuresOf(result), verdict];
}

function figuresOf(result: Result): string[] {
  if (result.is === 'killed') return ['', '', '', String(result.workers)];
  if (result.is !== 'told') return ['–', '–', '–', '–'];
  const { done, failed, pending, workers, stopped } = result;
  const left = stopped === 0 ? String(workers) : `${workers}, ${stopped} of them stopped`;
  return [String(done), String(failed), String(pending), left];
}
