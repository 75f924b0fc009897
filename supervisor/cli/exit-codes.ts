/** What the command ends with; 0 when every stage ended well. Those of signals are what a shell makes of them. */
export const exitCodes = {
  /** A stage failed. */
  failed: 1,
  /** The command was typed wrongly, or the topology is put together wrongly. */
  mistaken: 2,
  /** Stages waited for each other. */
  deadlocked: 3,
  SIGHUP: 129,
  SIGINT: 130,
  /** Nobody reads any more what it writes. */
  SIGPIPE: 141,
  SIGTERM: 143,
} as const;
