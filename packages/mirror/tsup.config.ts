import { defineConfig } from 'tsup';

export default defineConfig({ entry: { index: 'src/index.ts', 'prepare-thread': 'src/prepare/prepare-thread.ts' }, format: ['esm'], dts: false, clean: true, sourcemap: false, target: 'node22' });
