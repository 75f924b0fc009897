/**
 * Makes an error without a stack. An operation fails when word of it comes, and the stack of that moment shows
 * nothing of the code that waits: only what is between it and the link.
 */
export function stackless<E extends Error>(make: () => E): E {
  const { stackTraceLimit } = Error;
  if (!Reflect.set(Error, 'stackTraceLimit', 0)) return make();
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
