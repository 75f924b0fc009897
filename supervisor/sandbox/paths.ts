/** What a process has to read before any of its own code can run. */
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This package, and what it depends on, as far as a stage needs it. */
export function runtimeFolders(): readonly string[] {
  const found = createRequire(import.meta.url).resolve('msgpackr');
  const packages = found.slice(0, found.lastIndexOf('node_modules') + 'node_modules'.length);
  const native = ['msgpackr-extract', '@msgpackr-extract'];
  const needed = ['msgpackr', ...native, ...contracts].map((name) => join(packages, name));
  return [
    ownFolder(),
    ...needed.filter((path) => existsSync(path)).map((path) => realpathSync(path)),
  ];
}

/** What checks values against contracts, in a stage that has some. */
const contracts = [
  'ajv',
  'fast-deep-equal',
  'fast-uri',
  'json-schema-traverse',
  'require-from-string',
];

/** The package that a file belongs to; without one, its folder. */
export function packageOf(file: string): string {
  const folders = ancestorsOf(file);
  return folders.find((folder) => existsSync(join(folder, 'package.json'))) ?? dirname(file);
}

/** As they are written in options. */
export function pathsOf(paths: readonly (string | URL)[]): readonly string[] {
  return paths.map((path) => (path instanceof URL ? fileURLToPath(path) : resolve(path)));
}

function ownFolder(): string {
  return packageOf(fileURLToPath(import.meta.url));
}

function ancestorsOf(file: string): readonly string[] {
  const folders = [dirname(file)];
  for (let folder = dirname(file); folder !== dirname(folder); ) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}
