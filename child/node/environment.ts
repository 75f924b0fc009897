/** What the supervisor tells a process in its environment; read once, and hidden from its descendants. */
export interface LinkEnvironment {
  /** To read from. */
  readonly input: number;
  /** To write to; the same where the link is a socket. */
  readonly output: number;
  readonly token: string;
  /** Over which the supervisor asks whether the process lives, if it does. */
  readonly pulse: number | undefined;
}

export function takeLinkEnvironment(env: NodeJS.ProcessEnv): LinkEnvironment | undefined {
  const { HANDOVER_LINK: link, HANDOVER_TOKEN: token, HANDOVER_PULSE: pulse } = env;
  delete env.HANDOVER_LINK;
  delete env.HANDOVER_TOKEN;
  delete env.HANDOVER_PULSE;
  const [, input, output] = /^(\d+),(\d+)$/.exec(link ?? '') ?? [];
  if (token === undefined || input === undefined || output === undefined) return undefined;
  return {
    input: Number(input),
    output: Number(output),
    token,
    pulse: pulse === undefined ? undefined : Number(pulse),
  };
}
