import path from 'node:path';
import { build } from 'vite';

/** `node vite-build.ts FOLDER`: the pages as files for a browser. */
const outDir = path.resolve(process.argv[2] ?? 'dist/web');
await build({
  root: path.resolve(import.meta.dirname, '..'),
  configFile: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir, emptyOutDir: true, target: 'es2023', reportCompressedSize: false,
    assetsInlineLimit: 0, // the content policy allows no data: addresses
    modulePreload: { polyfill: false },
  },
});
