import { readFileSync } from 'node:fs';
import { inlineDecoder } from './src/inline-decoder.ts';
import { defaultRecipes } from './src/recipe.ts';
import { sniffFormat } from './src/image-format.ts';
import { completenessOf } from './src/completeness.ts';
const dir = '/work/shared/data/images/';
const m = JSON.parse(readFileSync(dir + 'manifest.json', 'utf8'));
const d = inlineDecoder({ formats: process.argv[2] ? ['jpeg','png','webp','gif','avif'] : undefined });
const tally: Record<string, number> = {}; let agree = 0;
for (const e of m) {
  const b = readFileSync(dir + e.file);
  const t = Date.now();
  let r: string;
  try { const x = await d.decode(b, defaultRecipes); r = `OK ${x.format} ${x.widthPx}x${x.heightPx} ${x.perceptualHash} ${x.variants.map((v) => `${v.recipe}:${v.format} ${v.widthPx}x${v.heightPx} ${v.bytes.length}`).join(', ')}`; }
  catch (err: any) { r = `${err.code} ${err.message.slice(0, 150)}`; }
  const code = r.split(' ')[0]!; tally[code] = (tally[code] ?? 0) + 1;
  const same = (code === 'OK') === (e.refused === null); if (same) agree++;
  const f = sniffFormat(b);
  console.log(same ? ' ' : '!', e.file, e.format, f && completenessOf(f, b), r, `${Date.now() - t}ms`, same ? '' : `MANIFEST ${e.thumbnail} ${e.refused}`);
}
console.log(tally, m.length, 'agree', agree, process.memoryUsage.rss() / 1e6);
