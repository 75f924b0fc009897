/**
 * Where code waits for a promise, found out only when somebody asks: nothing is noted when the wait begins.
 *
 * V8 knows which asynchronous functions wait for the promise that a reaction belongs to, and adds them to the
 * stack of an error made in that reaction. So the promise is made to follow another one, in whose reaction an
 * error is made; and that one follows a third, which is settled in its stead from then on. Elsewhere than in
 * V8, or where no asynchronous function waits, none is found.
 *
 * A promise that was asked about once goes on two turns of the queue later than others: it is asked about only when
 * nothing moves any more.
 */

/** What settles a promise. */
export interface Settlers<T> {
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

/**
 * @param settlers of the promise in question, which nobody has settled; they are changed
 * @returns the asynchronous functions that wait for it, one for the other; none when that cannot be known
 */
export function findWaiting<T>(settlers: Settlers<T>): Promise<readonly string[]> {
  const instead = Promise.withResolvers<T>();
  const follow = settlers.resolve.bind(settlers) as (value: PromiseLike<T>) => void;
  settlers.resolve = instead.resolve;
  settlers.reject = instead.reject;
  return new Promise((found) => {
    const reaction = turns(3).then(() => {
      found(waitingIn(stackHere()));
      return instead.promise;
    });
    follow(reaction);
  });
}

/** The promise follows another one only after some turns of the queue. */
function turns(count: number): Promise<void> {
  return count === 0 ? Promise.resolve() : turns(count - 1).then(() => {});
}

/** The asynchronous functions that wait, the innermost first, as V8 writes them. */
function waitingIn(stack: string): readonly string[] {
  return [...stack.matchAll(/^ {4}at async (.*)$/gm)].map(([, frame = '']) => frame);
}

/** The code may have its own idea of what a stack is, and its own errors on the way. */
function stackHere(): string {
  try {
    return String(new Error('where').stack);
  } catch {
    return '';
  }
}
