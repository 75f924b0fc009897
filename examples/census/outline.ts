import { type ParserOptions, parse } from '@babel/parser';
import type { Language } from './language.ts';
import type { FunctionOutline, Outline } from './messages.ts';

/** @throws what the parser has against it */
export function outlineOf(
  text: string,
  path: string,
  language: Language,
): Pick<Outline, 'functions' | 'imports'> {
  if (language === 'JSON') {
    JSON.parse(text);
    return { functions: [], imports: [] };
  }
  const functions: FunctionOutline[] = [];
  const imports: string[] = [];
  // A list instead of recursion: some trees are deeper than the stack.
  const open: Named[] = [
    { node: parse(text, optionsFor(path, language)).program as unknown as Node },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node } = next;
    if (functionTypes.has(node.type)) functions.push(functionOutline(next));
    const imported = importedBy(node);
    if (imported !== undefined) imports.push(imported);
    for (const child of childrenOf(node)) open.push(child);
  }
  return { functions, imports };
}

/** What all nodes of the tree have, whatever their type. */
interface Node {
  readonly type: string;
  readonly loc?: {
    readonly start: { readonly line: number };
    readonly end: { readonly line: number };
  };
  readonly [key: string]: unknown;
}

/** A node, and what it is called where it stands: `const double = (n) => 2 * n`. */
interface Named {
  readonly node: Node;
  readonly name?: string | undefined;
}

const functionTypes: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ObjectMethod',
  'ClassMethod',
  'ClassPrivateMethod',
]);

const decorators = ['decorators', 'decoratorAutoAccessors'] as const;

function optionsFor(path: string, language: Language): ParserOptions {
  const options = {
    sourceType: 'unambiguous',
    allowReturnOutsideFunction: true,
    attachComment: false,
  } as const;
  if (language === 'JavaScript') return { ...options, plugins: ['jsx', ...decorators] };
  const dts = language === 'TypeScript (.d.ts)';
  const jsx = path.endsWith('.tsx') ? (['jsx'] as const) : [];
  return { ...options, plugins: [['typescript', { dts }], ...decorators, ...jsx] };
}

function functionOutline({ node, name }: Named): FunctionOutline {
  const { start, end } = node.loc ?? { start: { line: 0 }, end: { line: 0 } };
  return {
    name: nameOf(node.id) ?? nameOf(node.key) ?? name ?? '(anonymous)',
    line: start.line,
    lines: end.line - start.line + 1,
  };
}

function importedBy(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return textOf(node.source);
    case 'TSExternalModuleReference':
      return textOf(node.expression);
    case 'CallExpression': {
      const [first] = Array.isArray(node.arguments) ? node.arguments : [];
      return nameOf(node.callee) === 'require' ? textOf(first) : undefined;
    }
    default:
      return undefined;
  }
}

function* childrenOf(node: Node): Generator<Named> {
  const name = nameOf(node.id) ?? nameOf(node.key) ?? nameOf(node.left);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc') continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield { node: child, name };
    }
  }
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && typeof node.name === 'string' ? node.name : undefined;
}

function textOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'StringLiteral' ? String(node.value) : undefined;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}
