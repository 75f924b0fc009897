/** Where the supervisor's meetings are found in tests. It has no option for what they do beside its own. */
const ownName = '../src/direct/meetings.ts';
const supervisor = new URL('../../supervisor/supervisor.ts', import.meta.url);

export const inTests = new URL('./meetings.ts', import.meta.url);

/** @param importer the path of who imports */
export function isRedirected(name: string, importer: string | undefined): boolean {
  return name === ownName && importer === supervisor.pathname;
}
