#!/usr/bin/env node
import { handover } from './program.ts';

const exitCode = await handover(process.argv.slice(2));
// Whatever the topology's code has left open is over, too; but what it printed is out first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
