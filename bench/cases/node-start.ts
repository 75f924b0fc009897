/** A Node that does nothing, or only imports: from its start to its exit. */
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { report } from '../figure.ts';
import { nodeStart } from '../peers/node-start.ts';

const [, , module] = argv;
const args = module === undefined ? ['-e', '0'] : [fileURLToPath(new URL(module, import.meta.url))];
report(await nodeStart(...args));
