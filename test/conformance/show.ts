import { afterAll, beforeAll, describe, test } from 'vitest';
import { acrossProcesses, Hosts, overBothKinds } from './across-processes.ts';
import type { Case } from './case.ts';
import { actInOneProcess } from './in-one-process.ts';
import type { Setting } from './orders.ts';

/** Declares a test for each case of the file and each of the two ways in which it is acted. */
export function show(file: URL, cases: readonly Case[]): void {
  describe('in one process', () => {
    for (const one of cases) test(one.title, () => actInOneProcess(one));
  });

  describe('across processes', () => {
    const act = hosted(file, cases, acrossProcesses(cases));
    for (const [index, { title, notAcrossProcesses }] of cases.entries()) {
      test(title, async ({ skip }) => {
        if (notAcrossProcesses !== undefined) skip(notAcrossProcesses);
        await act({ case: index, near: null });
      });
    }
  });
}

/** Declares a test for each of those cases and each of its channels, which is then inside one process. */
export function showOverBothKinds(
  file: URL,
  cases: readonly Case[],
  isShown: (one: Case) => boolean = () => true,
): void {
  describe('over channels of both kinds', () => {
    const settings = overBothKinds(cases).filter((setting) => isShown(caseOf(setting)));
    const act = hosted(file, cases, settings);
    for (const setting of settings) {
      const { title } = caseOf(setting);
      test(`${title}; "${setting.near}" is inside one process`, () => act(setting));
    }
  });

  function caseOf({ case: index }: Setting): Case {
    return cases[index] as Case;
  }
}

/** Processes that act the cases, as long as there are tests. */
function hosted(
  file: URL,
  cases: readonly Case[],
  settings: readonly Setting[],
): (setting: Setting) => Promise<void> {
  let hosts: Hosts;
  beforeAll(() => {
    hosts = new Hosts(file, cases, settings);
  });
  afterAll(() => hosts.end());
  return (setting) => hosts.act(setting);
}
