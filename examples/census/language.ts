export type Language = 'JavaScript' | 'TypeScript' | 'TypeScript (.d.ts)' | 'JSON';

/** By its name alone. `undefined`: not a file that the census counts. */
export function languageOf(path: string): Language | undefined {
  if (/\.d\.[cm]?ts$/.test(path)) return 'TypeScript (.d.ts)';
  if (/\.([cm]?ts|tsx)$/.test(path)) return 'TypeScript';
  if (/\.([cm]?js|jsx)$/.test(path)) return 'JavaScript';
  if (path.endsWith('.json')) return 'JSON';
  return undefined;
}
