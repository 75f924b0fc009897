/** What is run. */
interface Run {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * The same command under the system's own limit, for a supervisor that is too busy to look. The system counts
 * whole seconds, and each process by itself: it comes after the supervisor, which counts descendants as well.
 */
export function withProcessorTime<C extends Run>(command: C, cpuTime: number | undefined): C {
  if (cpuTime === undefined || process.platform === 'win32') return command;
  const seconds = Math.ceil(cpuTime / 1000) + 1;
  const script = `ulimit -S -t ${seconds}; exec "$@"`;
  return { ...command, file: '/bin/sh', args: ['-c', script, 'sh', command.file, ...command.args] };
}
