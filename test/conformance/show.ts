import { afterAll, beforeAll, describe, test } from 'vitest';
import { Hosts } from './across-processes.ts';
import type { Case } from './case.ts';
import { actInOneProcess } from './in-one-process.ts';

/** Declares a test for each case of the file and each of the two ways in which it is acted. */
export function show(file: URL, cases: readonly Case[]): void {
  describe('in one process', () => {
    for (const one of cases) test(one.title, () => actInOneProcess(one));
  });

  describe('across processes', () => {
    let hosts: Hosts;
    beforeAll(() => {
      hosts = new Hosts(file, cases);
    });
    afterAll(() => hosts.end());
    for (const [index, one] of cases.entries()) {
      test(one.title, async ({ skip }) => {
        if (one.notAcrossProcesses !== undefined) skip(one.notAcrossProcesses);
        await hosts.act(one, index);
      });
    }
  });
}
