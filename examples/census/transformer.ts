/** Turns the outline of a file into what is told of it. */
import { isBuiltin } from 'node:module';
import { stage } from 'handover/child';
import type { Facts, FunctionOutline, Outline, TransformerEnds } from './messages.ts';

const { outlines, facts } = await stage<TransformerEnds>();

for await (const outline of outlines) {
  await facts.send(outline.type === 'outline' ? factsOf(outline) : outline);
}

function factsOf({ path, language, lines, functions, imports }: Outline): Facts {
  return {
    type: 'facts',
    path,
    language,
    lines,
    functions: functions.length,
    longestFunction: functions.reduce<FunctionOutline | null>(longer, null),
    imports: imports.length,
    packages: [...new Set(imports.flatMap((name) => packageOf(name) ?? []))],
  };
}

function longer(a: FunctionOutline | null, b: FunctionOutline): FunctionOutline {
  return a === null || b.lines > a.lines ? b : a;
}

/** `undefined`: a file of the same package. */
function packageOf(imported: string): string | undefined {
  if (/^[./#]|^$/.test(imported)) return undefined;
  if (isBuiltin(imported)) return `node:${imported.replace('node:', '').split('/')[0]}`;
  return imported.split('/', imported.startsWith('@') ? 2 : 1).join('/');
}
