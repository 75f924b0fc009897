import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Supervisor } from '../supervisor.ts';
import { exitCodes } from './exit-codes.ts';
import { shown } from './place.ts';
import { Problem, problemIn } from './problem.ts';

/** What a topology file has as its default export: it makes channels and stages. */
export type Topology = (supervisor: Supervisor, args: readonly string[]) => unknown;

const extensions = ['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs'];

const shape = 'export default (supervisor) => { … }';

/** @throws Problem when there is no such file, it cannot be loaded, or has no default function */
export async function loadTopology(file: string): Promise<Topology> {
  const path = resolve(file);
  checkIsModule(file, path);
  const exported = await load(path);
  const { default: topology } = exported;
  if (typeof topology !== 'function') {
    throw new Problem(
      exitCodes.mistaken,
      `${shown(path)} has no default function: ${found(exported)}. A topology file has: ${shape}`,
    );
  }
  return topology as Topology;
}

async function load(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    throw problemIn(path, error);
  }
}

function checkIsModule(file: string, path: string): void {
  if (!existsSync(path))
    throw new Problem(exitCodes.mistaken, `there is no file ${path}${insteadOf(path)}`);
  if (statSync(path).isDirectory()) {
    throw new Problem(exitCodes.mistaken, `${shown(path)} is a folder${modulesIn(path)}`);
  }
  if (!extensions.includes(extname(path))) {
    throw new Problem(
      exitCodes.mistaken,
      `${file} is not a module: a topology is a .ts or .js file with ${shape}`,
    );
  }
}

function found(exported: Readonly<Record<string, unknown>>): string {
  if (exported.default !== undefined) return `its default export is ${typeOf(exported.default)}`;
  const names = Object.keys(exported);
  return names.length === 0 ? 'it exports nothing' : `it exports only ${names.join(', ')}`;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** What might have been meant: the same name with an extension, or what else is there. */
function insteadOf(path: string): string {
  const [completed] = extensions.map((extension) => path + extension).filter(existsSync);
  if (completed !== undefined) return `. Did you mean ${shown(completed)}?`;
  const folder = dirname(path);
  return existsSync(folder) ? modulesIn(folder) : `; there is no folder ${folder}, either`;
}

function modulesIn(folder: string): string {
  const names = readdirSync(folder).filter((name) => extensions.includes(extname(name)));
  const topology = names.find((name) => name.startsWith('topology.'));
  if (topology !== undefined) return `. Did you mean ${shown(join(folder, topology))}?`;
  if (names.length === 0) return '; that folder has no .ts or .js file';
  const more = names.length > 5 ? ', …' : '';
  return `; that folder has ${names.slice(0, 5).join(', ')}${more}`;
}
