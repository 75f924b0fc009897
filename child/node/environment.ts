/** What the supervisor tells a process in its environment; read once, and hidden from its descendants. */
export interface LinkEnvironment {
  /** To read from. */
  readonly input: number;
  /** To write to; the same where the link is a socket. */
  readonly output: number;
  readonly token: string;
}

export function takeLinkEnvironment(env: NodeJS.ProcessEnv): LinkEnvironment | undefined {
  const { HANDOVER_LINK: link, HANDOVER_TOKEN: token } = env;
  delete env.HANDOVER_LINK;
  delete env.HANDOVER_TOKEN;
  const [, input, output] = /^(\d+),(\d+)$/.exec(link ?? '') ?? [];
  if (token === undefined || input === undefined || output === undefined) return undefined;
  return { input: Number(input), output: Number(output), token };
}
