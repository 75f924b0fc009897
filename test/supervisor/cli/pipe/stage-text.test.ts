/** What is typed for a stage, and what it is taken for, without running it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { typedStage } from '../../../../supervisor/cli/pipe/stage-text.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'handover-test-'));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

const files = {
  'stage.ts': "import { stage } from 'handover/child';",
  'filter.js': 'process.stdin.pipe(process.stdout);',
  'stage.py': 'from handover import stage',
  'filter.py': 'import sys',
  'compiled-stage': '\x7fELF\0…\0HANDOVER_LINK\0…',
  'compiled-filter': '\x7fELF\0… handover …',
  'script-stage': '#!/usr/bin/env ruby\nrequire "handover"',
  'notes.txt': 'handover',
  // Not everybody has one.
  jq: '#!/bin/sh',
};

test.each([
  ['stage.ts', 'a module', 'stage'],
  ['stage.ts --fast 3', 'a module', 'stage'],
  ['filter.js', 'a program (text)', 'filter'],
  ['python3 -u stage.py', 'a stage by its own account', 'stage'],
  ['X=1 python3 stage.py', 'a stage by its own account', 'stage'],
  ['python3 filter.py stage.py', 'a program (text)', 'filter'],
  ['compiled-stage', 'a stage by its own account', 'compiled-stage'],
  ['compiled-filter', 'a program (text)', 'compiled-filter'],
  ['script-stage', 'a stage by its own account', 'script-stage'],
  ['cat notes.txt', 'a program (text)', 'cat'],
  ['stage: cat notes.txt', 'a stage by its own account', 'cat'],
  ['jsonl: python3 stage.py', 'a program (jsonl)', 'stage'],
  ['text>jsonl: jq -c .x', 'a program (text>jsonl)', 'jq'],
  ['cat | sort', 'a program (text)', 'cat'],
] as const)('%s: %s', (text, kind, name) => {
  const inFolder = text.replace(
    /(?<=^| )((?:stage|filter)\.|compiled-|script-|notes)/g,
    `${folder}/$1`,
  );
  expect(typedStage(inFolder, 1, 'text')).toMatchObject({ kind, name });
});

test.each([
  ['jq -c ".a b"', ['jq', '-c', '.a b']],
  ['cat | sort', ['/bin/sh', '-c', 'cat | sort']],
  ['X=1 cat', ['/bin/sh', '-c', 'X=1 cat']],
  ['cat ~/x', ['/bin/sh', '-c', 'cat ~/x']],
  ['echo $(date)', ['/bin/sh', '-c', 'echo $(date)']],
  ['cat *.log', ['/bin/sh', '-c', 'cat *.log']],
])('%s runs %j', (text, command) => {
  const path = process.env.PATH;
  process.env.PATH = `${folder}:${path}`;
  try {
    expect(typedStage(text, 1, 'text').options).toMatchObject({
      command,
      format: { reads: 'text', writes: 'text' },
    });
  } finally {
    process.env.PATH = path;
  }
});
