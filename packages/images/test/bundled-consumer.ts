import { readFileSync } from 'node:fs';
import { isSyncError } from '@1688/core';
import { memoryBackend } from '@1688/storage';
import { openImageStore } from '../src/index.ts';

// Bundled and run by decode-bundled.test.ts: stores one picture and prints what came of it.
const [, , how, file] = process.argv;
await using images = await openImageStore({ storage: memoryBackend(), decode: how === 'child' ? 'child' : 'inline' });
try {
  const image = await images.add(readFileSync(file ?? ''));
  process.stdout.write(`${image.widthPx}x${image.heightPx} ${image.variants.map(({ recipe }) => recipe).join()}\n`);
} catch (error) {
  if (!isSyncError(error)) throw error;
  process.stdout.write(`${error.code} ${error.hint}\n`);
}
