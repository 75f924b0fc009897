import { DefaultReporter, type TestModule } from 'vitest/node';

type RunEnd = Parameters<DefaultReporter['onTestRunEnd']>;

/** The ordinary output, and as the very last line `N passed, N failed`, for scripts that read it. */
export default class LastLineReporter extends DefaultReporter {
  override onTestRunEnd(...run: RunEnd): void {
    super.onTestRunEnd(...run);
    const [modules, unhandledErrors, reason] = run;
    const counts = count(modules);
    const isFailed = unhandledErrors.length > 0 || reason === 'failed';
    if (isFailed && counts.failed === 0) counts.failed = 1;
    this.log(lineOf(counts));
  }
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

function count(modules: readonly TestModule[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test without a result was cut off, by a timeout of its file or by a crash of its worker.
      counts[state === 'pending' ? 'failed' : state]++;
    }
    if (module.errors().length > 0) counts.failed++;
  }
  return counts;
}

function lineOf({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
