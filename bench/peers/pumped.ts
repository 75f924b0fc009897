/** At least so many values, and for so long. */
export interface Turn {
  readonly values: number;
  readonly milliseconds: number;
}

/** What one process did in a turn. */
export interface Count {
  readonly values: number;
  /** User and system, in µs. */
  readonly cpu: number;
}

export function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
