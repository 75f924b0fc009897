// One file for each thing that Node starts, and what they share: a stage that starts reads four files, not ninety.
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: {
    'supervisor/index': 'supervisor/index.ts',
    'supervisor/cli/main': 'supervisor/cli/main.ts',
    'child/node/index': 'child/node/index.ts',
    'child/node/pulse-thread': 'child/node/pulse-thread.ts',
  },
  platform: 'node',
  external: /^[^./]/,
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    chunkFileNames: 'shared/[name].js',
    // Comments and blanks take time to read; names are for those who read stacks.
    minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
  },
});
