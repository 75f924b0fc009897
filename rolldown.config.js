// One file for each thing that Node starts, and what they share: a stage that starts reads four files, not ninety.
// msgpackr is in them: to look it up and to read its files would take a stage a tenth of its start.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const licence = readFileSync(new URL('LICENSE', import.meta.resolve('msgpackr')), 'utf8');

/** Where each character is one byte, Node need not make two of each: that is 2 ms of the start of a stage. */
const ascii = {
  name: 'ascii',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      // Lines stay as they are, so the source maps do.
      if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/[\u0080-\uffff]/g, escaped);
    }
  },
};

function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export default defineConfig({
  input: {
    'supervisor/index': 'supervisor/index.ts',
    'supervisor/cli/main': 'supervisor/cli/main.ts',
    'child/node/index': 'child/node/index.ts',
    'child/program/main': 'child/program/main.ts',
    'child/shell/main': 'child/shell/main.ts',
    'child/tap/main': 'child/tap/main.ts',
    'child/node/pulse-thread': 'child/node/pulse-thread.ts',
  },
  platform: 'node',
  plugins: [ascii],
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
          // Not what makes pipes and folders: it needs parts of Node that take longer to load than all of this.
          name: 'runtime',
          test: /[/](src|platform|compose|msgpackr)[/](?!link[/]supervisor|pipes[.]|litter[.]|formats[/])/,
          minShareCount: 2,
        },
      ],
    },
    // They take time to read. Lines and names stay: Node shows the line in which an error was thrown.
    comments: false,
  },
});
