/** What makes programs of sources, and what is said where it is not there. */
import { execa } from 'execa';

/** @throws Error when there is no such command, or it does not want to */
export async function need(
  file: string,
  args: readonly string[],
  what: string = file,
): Promise<void> {
  const { failed } = await execa(file, args, { reject: false });
  if (failed) throw new Error(`there is no ${what} here`);
}

/** @throws Error with the first line of what it has to say */
export async function build(folder: URL, file: string, args: readonly string[]): Promise<void> {
  const { failed, stderr, shortMessage } = await execa(file, args, { cwd: folder, reject: false });
  if (failed) throw new Error(`${file} cannot compile it: ${firstLine(stderr, shortMessage)}`);
}

export function firstLine(...texts: readonly (string | undefined)[]): string {
  return texts.find((text) => text)?.split('\n')[0] ?? 'for no reason that it says';
}
