import { defineConfig } from 'tsup';

export default defineConfig({ entry: ['src/index.ts'], format: ['esm'], dts: false, clean: true, sourcemap: false, target: 'node22' });
