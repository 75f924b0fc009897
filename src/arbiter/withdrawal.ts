import type { WithdrawalKind } from './events.ts';
import type { Operation } from './operation.ts';
import type { Happening } from './transitions.ts';

/** What a withdrawal is for an operation as it stands now. */
export function withdrawalOf<V>(operation: Operation<V>, kind: WithdrawalKind): Happening {
  if (kind === 'final') return 'withdraw-final';
  const { state, allAttempts } = operation;
  const isCommitted = allAttempts > 0 && (state === 'waiting' || state === 'engaged');
  return isCommitted ? 'withdraw-in-vain' : 'withdraw-tentative';
}
