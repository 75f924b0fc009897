import type { Failure } from '../arbiter/events.ts';

/** Why code in this very process gave up an end: it goes over no link, so the error itself is the cause. */
export class OwnFailure implements Failure {
  readonly code = 'OWN_FAILURE';
  readonly message: string;
  readonly error: Error;

  constructor(error: Error) {
    this.message = error.message;
    this.error = error;
  }
}
