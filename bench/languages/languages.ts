/** The languages in which stages can be written: in each of them one that sends, one that takes, and a bare ping-pong. */
import { fileURLToPath } from 'node:url';
import type { StageOptions } from 'handover';
import { build, need } from './build.ts';

export interface Language {
  /** In names of cases. */
  readonly name: string;
  readonly title: string;
  readonly sender: Program;
  readonly taker: Program;
  /** The program of a case, beside the catalogue. */
  readonly pingPong: string;
  /** @throws Error when the language is not here */
  readonly build: () => Promise<void>;
}

/** How a supervisor starts it. */
type Program =
  | { readonly module: URL }
  | Extract<StageOptions, { readonly format?: never; readonly command: unknown }>;

const node: Language = {
  name: 'node',
  title: 'Node',
  sender: { module: new URL('../peers/sender.ts', import.meta.url) },
  taker: { module: new URL('../peers/taker.ts', import.meta.url) },
  pingPong: 'languages/node/ping-pong.ts',
  build: async () => {},
};

const python: Language = {
  name: 'python',
  title: 'Python',
  sender: pythonProgram('sender'),
  taker: pythonProgram('taker'),
  pingPong: 'languages/python/ping_pong.py',
  build: () =>
    need(
      'python3',
      ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'],
      'python3 of 3.10 or later',
    ),
};

const goFolder = new URL('../dist/go/', import.meta.url);

const go: Language = {
  name: 'go',
  title: 'Go',
  sender: { command: [new URL('sender', goFolder)] },
  taker: { command: [new URL('taker', goFolder)] },
  pingPong: 'dist/go/ping-pong',
  build: async () => {
    await need('go', ['version']);
    const args = ['build', '-o', fileURLToPath(goFolder), './sender', './taker', './ping-pong'];
    await build(new URL('go/', import.meta.url), 'go', args);
  },
};

const rustFolder = new URL('../dist/rust/', import.meta.url);

const rust: Language = {
  name: 'rust',
  title: 'Rust',
  sender: { command: [new URL('release/sender', rustFolder)] },
  taker: { command: [new URL('release/taker', rustFolder)] },
  pingPong: 'dist/rust/release/ping-pong',
  build: async () => {
    await need('cargo', ['--version']);
    const args = ['build', '--release', '--quiet', '--target-dir', fileURLToPath(rustFolder)];
    const folder = new URL('rust/', import.meta.url);
    // What is here already needs no network.
    await build(folder, 'cargo', [...args, '--offline']).catch(() => build(folder, 'cargo', args));
  },
};

export const languages: readonly Language[] = [node, python, go, rust];

function pythonProgram(name: string): Program {
  return {
    command: ['python3', new URL(`python/${name}.py`, import.meta.url)],
    env: {
      PYTHONPATH: fileURLToPath(new URL('../../child/python/src', import.meta.url)),
      PYTHONDONTWRITEBYTECODE: '1',
    },
  };
}
