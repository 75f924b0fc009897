// One file for each thing that Node starts, and what they share: a stage that starts reads four files, not ninety.
// msgpackr is in them: to look it up and to read its files would take a stage a tenth of its start.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const licence = readFileSync(new URL('LICENSE', import.meta.resolve('msgpackr')), 'utf8');

export default defineConfig({
  input: {
    'supervisor/index': 'supervisor/index.ts',
    'supervisor/cli/main': 'supervisor/cli/main.ts',
    'child/node/index': 'child/node/index.ts',
    'child/node/pulse-thread': 'child/node/pulse-thread.ts',
  },
  platform: 'node',
  external: /^(?!msgpackr\/)[^./]/,
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    banner: ({ moduleIds }) =>
      moduleIds.some((id) => id.includes('/msgpackr/'))
        ? `/*! It contains msgpackr.\n\n${licence}*/`
        : '',
    chunkFileNames: 'shared/[name].js',
    codeSplitting: {
      groups: [
        {
          name: 'runtime',
          test: /[/](src|platform|compose|msgpackr)[/](?!link[/]supervisor)/,
          minShareCount: 2,
        },
      ],
    },
    // They take time to read. Lines and names stay: Node shows the line in which an error was thrown.
    comments: false,
  },
});
