/** Modules that the package itself runs as stages; compiled as this file is. */
import { fileURLToPath } from 'node:url';

export function ownModule(name: 'program' | 'shell' | 'tap'): string {
  const isSource = import.meta.url.endsWith('.ts');
  const path = isSource ? `../../child/${name}/main.ts` : `../child/${name}/main.js`;
  return fileURLToPath(new URL(path, import.meta.url));
}
