/** Which part of a rendezvous a moment belongs to, by what was being run. */

/** In the order in which they are shown. */
export const parts = [
  'kernel: write',
  'kernel: read',
  'kernel: wait and switch',
  'event loop of Node',
  'write, in Node',
  'turns and promises',
  'carrying and framing',
  'operations and paths',
  'codec',
  'the code of the stage',
  'compiling and collecting',
  'other',
] as const;

export type Part = (typeof parts)[number];

/** @param frames of a stack, the innermost first */
export function partOf(frames: readonly string[]): Part {
  const script = frames.find((frame) => frame.startsWith('JS:'));
  if (frames.some((frame) => kernelEntry.test(frame))) return kernelPart(frames);
  if (frames.some((frame) => housekeeping.test(frame))) return 'compiling and collecting';
  if (script === undefined)
    return frames.some((frame) => loop.test(frame)) ? 'event loop of Node' : 'other';
  return places.find(([where]) => where.test(script))?.[1] ?? 'other';
}

function kernelPart(frames: readonly string[]): Part {
  if (frames.some((frame) => /ksys_write|ksys_writev|do_writev/.test(frame)))
    return 'kernel: write';
  if (frames.some((frame) => /ksys_read/.test(frame))) return 'kernel: read';
  return 'kernel: wait and switch';
}

const kernelEntry = /^(entry_SYSCALL_64|do_syscall_64|ret_from_fork|asm_)/;
const housekeeping =
  /Scaveng|MarkCompact|GarbageCollect|Heap::|Compil|Turbofan|Maglev|Deoptimiz|RunForegroundTask/;
const loop = /^uv_|^node::|Builtins_RunMicrotasks|epoll/;

/** By the file of the innermost frame of JavaScript: what it calls of V8 and of Node in C++ is its own. */
const places: readonly (readonly [RegExp, Part])[] = [
  [/node:fs/, 'write, in Node'],
  [/task_queues|async_context_frame|async_hooks|promise/, 'turns and promises'],
  [/ node:|node:internal/, 'event loop of Node'],
  [/msgpackr|\/src\/value\//, 'codec'],
  [
    /\/src\/(wire|link)\/|\/src\/direct\/words|\/platform\/|\/child\/node\//,
    'carrying and framing',
  ],
  [/\/src\//, 'operations and paths'],
  [/\/bench\/|\/examples\//, 'the code of the stage'],
];
