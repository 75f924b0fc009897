/**
 * In milliseconds, before a start is measured: what crashes has been at work for a while. Straight after another start
 * the machine is awake and has all of Node in its caches, and each is a third faster.
 */
export const settled = 200;
