import { type ContractDifference, ContractMismatchError } from '../errors.ts';
import { differencesOf } from './differences.ts';

/** How many of them the message tells. */
const mostTold = 5;

/**
 * @param built against which contract the stage was built: canonical
 * @param had the one that the channel has: canonical
 */
export function mismatchOf(
  stage: string,
  channel: string,
  built: string,
  had: string,
): ContractMismatchError | undefined {
  if (built === had) return undefined;
  const differences = differencesOf(JSON.parse(built), JSON.parse(had), [
    'the stage',
    'the channel',
  ]);
  return new ContractMismatchError(
    stage,
    channel,
    differences,
    `stage "${stage}" was built against another contract of "${channel}" than the channel has: ${told(differences)}. Build it against what \`handover contracts\` writes for this program`,
  );
}

/** Of a stage that expects a contract of a channel which has none. */
export function withoutContract(stage: string, channel: string): ContractMismatchError {
  return new ContractMismatchError(
    stage,
    channel,
    [],
    `stage "${stage}" was built against a contract of "${channel}", and the channel has none, so nobody checks what is sent on it: make it with { contract }, or do not declare one in the stage`,
  );
}

function told(differences: readonly ContractDifference[]): string {
  const some = differences.slice(0, mostTold).map(({ path, what }) => `${path} ${what}`);
  const more = differences.length > mostTold ? `; and ${differences.length - mostTold} more` : '';
  return some.join('; ') + more;
}
