/** For programs with a supervisor of their own, imported before they begin. Their stages begin as ever. */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { inTests, isRedirected } from './redirect.ts';

process.execArgv.splice(0, process.execArgv.length, ...process.execArgv.filter(isNotThis));

registerHooks({
  resolve(name, context, next) {
    const { parentURL } = context;
    const importer = parentURL?.startsWith('file:') ? fileURLToPath(parentURL) : undefined;
    return next(isRedirected(name, importer) ? inTests.href : name, context);
  },
});

function isNotThis(flag: string): boolean {
  return !flag.endsWith(import.meta.url);
}
