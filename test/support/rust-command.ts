/** Programs in Rust, test/fixtures/stages/rust: each is named for the one thing that it does. */
import { join } from 'node:path';

/** Where they are for this run of the tests; what cargo makes is nowhere in the repository. */
export const rustFolder = process.env.TEST_RUST_FOLDER ?? '';
export const rustTarget = join(rustFolder, 'target');

export function rustStage(name: string, ...args: readonly string[]) {
  return { command: [join(rustTarget, 'debug', name), ...args] };
}
