import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';

const root = join(import.meta.dirname, '../..');

/** What belongs to a platform, a process or a clock, and so not to the core. */
const foreign = new Set([
  'process',
  'Buffer',
  'console',
  'require',
  'global',
  'globalThis',
  '__dirname',
  '__filename',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'performance',
  'fetch',
  'Worker',
  'MessageChannel',
  'BroadcastChannel',
  'WebSocket',
  'EventEmitter',
  'ReadableStream',
  'WritableStream',
  'TransformStream',
]);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Facts {
  /** What a file imports, as it is written. */
  readonly imports: readonly string[];
  /** The foreign names that it uses. */
  readonly foreign: readonly string[];
}

describe('R10 the core is pure', () => {
  const files = filesIn('src');

  test('R10 there is a core', () => {
    expect(files.length).toBeGreaterThan(20);
  });

  test.each(files)('R10 %s knows no platform, no process, no clock', (file) => {
    expect(factsOf(file).foreign).toEqual([]);
  });

  test.each(files)('R10 %s imports only the core and msgpackr', (file) => {
    const others = factsOf(file).imports.filter((source) => !/^msgpackr(\/pack)?$/.test(source));
    for (const source of others) expect(folderOf(file, source), source).toBe('src');
  });
});

describe('R10 dependencies run one way', () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    platform: ['platform', 'src'],
    compose: ['compose', 'platform', 'src'],
    child: ['child', 'compose', 'platform', 'src'],
    supervisor: ['supervisor', 'compose', 'platform', 'src'],
  };

  for (const [folder, folders] of Object.entries(allowed)) {
    test.each(filesIn(folder))(`R10 %s imports only ${folders.join(', ')} and packages`, (file) => {
      const relatives = factsOf(file).imports.filter((source) => source.startsWith('.'));
      for (const source of relatives) expect(folders, source).toContain(folderOf(file, source));
    });
  }
});

describe('R10 the scanner itself', () => {
  test('R10 sees what is foreign', () => {
    const code = `
      import { readFileSync } from 'node:fs';
      export { x } from 'streams';
      export * from './other.ts';
      import type { Socket } from 'node:net';
      type T = import('node:tls').TLSSocket;
      const later = () => setTimeout(() => process.exit(), Date.now());
      await import('node:child_process');
      const bytes: Buffer = new Date();
      import.meta.url;
    `;
    expect(factsIn(code)).toEqual({
      imports: ['node:fs', 'streams', './other.ts', 'node:net', 'node:tls', 'node:child_process'],
      foreign: ['setTimeout', 'process', 'Date.now', 'Buffer', 'new Date()', 'import.meta'],
    });
  });

  test('R10 lets be what only has such a name', () => {
    const code = `
      // process.exit() and setTimeout
      const text = 'process';
      const link = { process: 1, console() {} };
      link.process = new Date(0).getTime();
      class Stage { process = 2; get global() { return this.process; } }
    `;
    expect(factsIn(code)).toEqual({ imports: [], foreign: [] });
  });
});

function filesIn(folder: string): readonly string[] {
  return globSync(`${folder}/**/*.ts`, {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  }).sort();
}

/** The top folder of the project that a relative import leads to; of a package, its name. */
function folderOf(file: string, source: string): string {
  if (!source.startsWith('.')) return source;
  return relative(root, join(root, dirname(file), source)).split('/')[0] ?? '';
}

function factsOf(file: string): Facts {
  return factsIn(readFileSync(join(root, file), 'utf8'));
}

function factsIn(code: string): Facts {
  const imports: string[] = [];
  const found: string[] = [];
  walk(parseAst(code, { lang: 'ts' }) as unknown as Node, (node) => {
    const source = sourceOf(node);
    if (source !== undefined) imports.push(source);
    const name = foreignIn(node);
    if (name !== undefined) found.push(name);
  });
  return { imports, foreign: found };
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const [key, child] of Object.entries(node)) {
    if (isOnlyAName(node, key)) continue;
    for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) walk(one, visit);
  }
}

/** The name of a property, which says nothing about a variable of that name. */
function isOnlyAName({ type, computed }: Node, key: string): boolean {
  if (computed === true) return false;
  return (type === 'MemberExpression' && key === 'property') || key === 'key';
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function sourceOf({ type, source }: Node): string | undefined {
  const isImport =
    type.startsWith('Import') || type.startsWith('Export') || type === 'TSImportType';
  if (!isImport || !isNode(source)) return undefined;
  return typeof source.value === 'string' ? source.value : '(made up at run time)';
}

function foreignIn(node: Node): string | undefined {
  switch (node.type) {
    case 'Identifier': {
      const name = String(node.name);
      return foreign.has(name) ? name : undefined;
    }
    case 'MetaProperty':
      return 'import.meta';
    case 'MemberExpression':
      return isNamed(node.object, 'Date') && isNamed(node.property, 'now') ? 'Date.now' : undefined;
    case 'NewExpression': {
      const isNow = isNamed(node.callee, 'Date') && (node.arguments as unknown[]).length === 0;
      return isNow ? 'new Date()' : undefined;
    }
    default:
      return undefined;
  }
}

function isNamed(node: unknown, name: string): boolean {
  return isNode(node) && node.type === 'Identifier' && node.name === name;
}
