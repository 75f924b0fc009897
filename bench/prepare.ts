/** What it takes before a program can run: a language, a compiler, packages. What is missing is a reason to skip it. */
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Case } from './catalogue.ts';
import { firstLine, need } from './languages/build.ts';
import type { Language } from './languages/languages.ts';

export type Prepared =
  | { readonly is: 'ready'; readonly command: readonly string[] }
  | { readonly is: 'skipped'; readonly why: string };

/** By the name of the case. Compiles and installs, in folders of the bench that git ignores. */
export async function prepare(cases: readonly Case[]): Promise<Map<string, Prepared>> {
  const prepared = new Map<string, Prepared>();
  for (const one of cases) {
    prepared.set(
      one.name,
      await command(one).then(
        (ready): Prepared => ({ is: 'ready', command: [...ready, ...one.args] }),
        (error: Error): Prepared => ({ is: 'skipped', why: error.message }),
      ),
    );
  }
  return prepared;
}

/**
 * Installs what is in `packages/package.json`, unless it is there. Nothing of it is run.
 * @throws Error when it cannot be installed
 */
export function installPackages(): Promise<void> {
  installed ??= install();
  return installed;
}

let installed: Promise<void> | undefined;

async function install(): Promise<void> {
  if (existsSync(fileURLToPath(new URL('packages/node_modules/.package-lock.json', here)))) return;
  console.error('installing the packages of the bench, in bench/packages');
  const { failed, stderr, shortMessage } = await execa('npm', ['ci', '--ignore-scripts'], {
    cwd: new URL('packages', here),
    reject: false,
    timeout: patience,
  });
  if (failed)
    throw new Error(`its packages cannot be installed: ${firstLine(stderr, shortMessage)}`);
}

const here = new URL('./', import.meta.url);
/** In milliseconds. */
const patience = 120_000;

async function command(one: Case): Promise<readonly string[]> {
  for (const language of one.languages) await buildOf(language);
  const program = fileURLToPath(new URL(one.program, here));
  switch (/\.\w+$/.exec(program)?.[0]) {
    case undefined:
      return [program];
    case '.py':
      await need('python3', ['--version']);
      return ['python3', program];
    case '.c':
      await need('cc', ['--version']);
      return compiled(program, (binary) => ['cc', '-O2', '-o', binary, program]);
    case '.go':
      await need('go', ['version']);
      return compiled(program, (binary) => ['go', 'build', '-o', binary, program]);
    default:
      if (one.program.startsWith('packages/')) await installPackages();
      return [process.execPath, ...flagsOf(one), ...one.flags, program];
  }
}

/** Once for all its cases. */
function buildOf(language: Language): Promise<void> {
  const build = builds.get(language) ?? language.build();
  builds.set(language, build);
  return build;
}

const builds = new Map<Language, Promise<void>>();

async function compiled(
  program: string,
  compiler: (binary: string) => readonly [string, ...string[]],
): Promise<readonly string[]> {
  const folder = fileURLToPath(new URL('dist', here));
  mkdirSync(folder, { recursive: true });
  const binary = `${folder}/${program.split('/').at(-1)?.replace('.', '-')}`;
  const [file, ...args] = compiler(binary);
  const { failed, stderr, shortMessage } = await execa(file, args, { reject: false });
  if (failed) throw new Error(`${file} cannot compile it: ${firstLine(stderr, shortMessage)}`);
  return [binary];
}

/** Of this Node: with what makes `handover` the sources, unless the case is about the package. */
function flagsOf({ runs }: Case): readonly string[] {
  return runs === 'sources'
    ? process.execArgv
    : process.execArgv.filter((flag) => !flag.includes('handover-source'));
}
