import { defineConfig } from 'tsup';

export default defineConfig({ entry: ['files/index.ts'], format: ['esm'], dts: false, clean: true, sourcemap: false, target: 'node22' });
