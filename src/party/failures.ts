/** The errors that an operation can end with. */
import type { FailedReason, Failure } from '../arbiter/events.ts';
import { Unmet } from '../contracts/contract.ts';
import {
  AbortedError,
  ChannelBrokenError,
  ChannelEndedError,
  ContractError,
  type FailedOperation,
  HandoverError,
  LostError,
  NotEncodableError,
  type OperationError,
  StageFailedError,
  StageStoppedError,
  TimedOutError,
  ValueRefusedError,
  ValueTooLargeError,
} from '../errors.ts';
import { Unencodable } from '../value/encodable.ts';
import { isSend, type Operation, type Recall } from './operation.ts';
import { OwnFailure } from './own-failure.ts';
import { stackless } from './stackless.ts';

/** Why an operation failed; `too-large` comes only over a link. */
export type Reason = FailedReason | { readonly kind: 'too-large'; readonly size: number };

/** What the error of an operation tells of it. */
export function failedBy<V>({
  shape,
  end,
  value,
}: Pick<Operation<V>, 'shape' | 'end' | 'value'>): FailedOperation {
  const channel = end.channel;
  return isSend(shape) ? { operation: 'send', channel, value } : { operation: 'receive', channel };
}

export function errorFor(
  reason: Reason,
  failed: FailedOperation,
  maxValueBytes: number,
): OperationError {
  return stackless(() => {
    switch (reason.kind) {
      case 'ended':
        return new ChannelEndedError(failed);
      case 'broken':
        return new ChannelBrokenError(failed, causeOf(reason.failure));
      case 'lost':
        return new LostError(failed, reason.failures);
      case 'refused':
        return new ValueRefusedError(failed, reason.why);
      case 'too-large':
        return new ValueTooLargeError(failed, reason.size, maxValueBytes);
    }
  });
}

/** Of a value that does not meet the contract of its channel, or that the codec would not encode. */
export function encodingError(error: unknown, failed: FailedOperation): HandoverError {
  if (error instanceof HandoverError) return error;
  if (error instanceof Unmet) return new ContractError(failed, error.path, error.what);
  return error instanceof Unencodable
    ? new NotEncodableError(failed, error.path, error.what)
    : new NotEncodableError(failed, '$', `something msgpack fails on (${error})`);
}

export function timedOut<V>(operation: Operation<V>, timeout: number): Recall {
  return (attempts) =>
    stackless(() => new TimedOutError({ ...failedBy(operation), attempts }, timeout));
}

export function aborted<V>(operation: Operation<V>, signal: AbortSignal): Recall {
  return (attempts) =>
    stackless(() => new AbortedError({ ...failedBy(operation), attempts }, signal.reason));
}

function causeOf(failure: Failure): Error {
  if (failure instanceof OwnFailure) return failure.error;
  return failure.code === 'STAGE_STOPPED'
    ? new StageStoppedError(failure)
    : new StageFailedError(failure);
}
