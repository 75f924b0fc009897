/** What a shell makes of the script: asked as bash asks, with the words so far. */
import { execa, execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { handover } from './command.ts';

/** A function of bash's, called as bash itself calls it. */
const ask = `
COMP_WORDS=(handover "$@")
COMP_CWORD=$#
_handover
printf '%s\\n' "\${COMPREPLY[@]}"
`;

describe('what is completed', () => {
  test.each([
    [['r'], ['run', 'replay']],
    [['pi'], ['pipe']],
    [
      ['help', 'co'],
      ['contracts', 'conformance', 'completion'],
    ],
    [['run', '--pro'], ['--progress']],
    [
      ['pipe', '--format', ''],
      ['text', 'lines', 'jsonl', 'csv', 'nul', 'chunks', 'prefixed', 'msgpack'],
    ],
    [['pipe', '-r', 'on'], ['on-failure']],
    [
      ['run', 'x.ts', '--log', 'p'],
      ['pretty', 'plain'],
    ],
    [['run', 'topo'], ['']],
  ])('%j: %j', async (words, completed) => {
    const { stdout: script } = await handover(['completion', 'bash']);
    const { stdout } = await execa('bash', ['-c', `${script}\n${ask}`, 'bash', ...words]);
    expect(stdout.split('\n')).toEqual(completed);
  });

  const noZsh = execaSync('zsh', ['-c', 'true'], { reject: false }).failed
    ? ': there is no zsh'
    : '';
  test.skipIf(noZsh !== '')(`zsh takes the script for zsh${noZsh}`, async () => {
    const { stdout: script } = await handover(['completion', 'zsh']);
    const { stdout, stderr } = await execa('zsh', ['-fc', `${script}\necho $_comps[handover]`]);
    expect({ stdout, stderr }).toEqual({
      stdout: '_bash_complete -o default -F _handover',
      stderr: '',
    });
  });
});

test('a shell that it does not know is told, with those that it knows', async () => {
  const { exitCode, stderr } = await handover(['completion', 'fish']);
  expect(stderr).toContain('Allowed choices are bash, zsh.');
  expect(exitCode).toBe(2);
});
