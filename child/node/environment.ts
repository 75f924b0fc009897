/** What the supervisor tells a process in its environment; read once, and hidden from its descendants. */
export interface LinkEnvironment {
  readonly descriptor: number;
  readonly token: string;
}

export function takeLinkEnvironment(env: NodeJS.ProcessEnv): LinkEnvironment | undefined {
  const { HANDOVER_LINK: link, HANDOVER_TOKEN: token } = env;
  delete env.HANDOVER_LINK;
  delete env.HANDOVER_TOKEN;
  const descriptor = Number(link);
  if (token === undefined || !Number.isSafeInteger(descriptor) || descriptor < 0) return undefined;
  return { descriptor, token };
}
