/**
 * The life of a helper: an asynchronous task of this process, from the call to the end of its outputs.
 *
 * - When every output is left, the sources are closed at once, and what is in hand goes back to them.
 * - When the task is done, the outputs end; or break, if a source broke or the task failed. In this order:
 *   first the sources are closed, then the outputs end.
 */
import type { Intake } from './intake.ts';
import type { Outlet } from './outlet.ts';

type Output = Pick<Outlet<unknown>, 'isLeft' | 'whenLeft' | 'end'>;

export function run(
  intakes: readonly Intake<unknown>[],
  outlets: readonly Output[],
  task: () => Promise<unknown>,
): void {
  const close = () => {
    for (const intake of intakes) intake.close();
  };
  for (const outlet of outlets) {
    outlet.whenLeft(() => {
      if (outlets.every(({ isLeft }) => isLeft)) close();
    });
  }
  void failureOf(task()).then((ownFailure) => {
    close();
    const failure = ownFailure ?? firstFailure(intakes);
    for (const outlet of outlets) outlet.end(failure);
  });
}

function firstFailure(intakes: readonly Intake<unknown>[]): Error | undefined {
  return intakes.find(({ failure }) => failure !== undefined)?.failure;
}

async function failureOf(task: Promise<unknown>): Promise<Error | undefined> {
  try {
    await task;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
}
