/** A process that decodes files and makes the two usual variants with sharp and nothing else. Argument: `Order`. Output: `{ seconds }`. */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { defaultRecipes } from '@1688/images';
import sharp from 'sharp';

interface Order { readonly pictures: string; readonly count: number; readonly folder: string }

const { pictures, count, folder } = JSON.parse(process.argv[2] ?? '') as Order;
sharp.concurrency(1); // a picture a thread: more threads for one picture only add waiting
const started = performance.now();
let next = 0;
await Promise.all(Array.from({ length: availableParallelism() }, async () => {
  while (next < count) {
    const number = next++;
    const bytes = await readFile(path.join(pictures, `${number}.jpg`));
    for (const { name, widthPx, heightPx, format = 'auto', quality = 80 } of defaultRecipes) {
      const resized = sharp(bytes).rotate().resize(widthPx, heightPx, { fit: 'inside', withoutEnlargement: true });
      const made = format === 'webp' ? resized.webp({ quality, effort: 0 }) : resized.jpeg({ quality });
      await writeFile(path.join(folder, `${number}-${name}`), await made.toBuffer());
    }
  }
}));
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - started) / 1_000 })}\n`);
