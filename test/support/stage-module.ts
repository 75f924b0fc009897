/** The stage programs of the tests, test/fixtures/stages: each is named for the one thing that it does. */
export function stageModule(name: string): URL {
  return new URL(`../fixtures/stages/${name}.ts`, import.meta.url);
}
