import { defineCheck } from '../check.ts';
import { fault } from '../finding.ts';
import { rowTarget } from '../fix-step.ts';
import { withSignal } from '../object-scan.ts';
import { variantScan, type VariantPair } from '../variant-scan.ts';

/** A variant that is recorded but not stored. Without its row it is made again when it is next wanted. */
export const variantMissing = defineCheck<VariantPair>({
  id: 'variant-missing',
  title: 'Recorded picture variants whose file is missing or of another size',
  titleZh: '衍生图文件缺失或大小不符',
  severity: 'low',
  kind: 'store',
  needs: ['image_variants.key'],
  scan: variantScan,
  async judge({ session, files, signal }, { key, row, object }) {
    if (!row || Number(row.size_bytes) === object?.sizeBytes) return null;
    const stored = await files.head(key, withSignal({ signal }));
    const [now] = await session.rows<{ size: string }>(session.sql(
      'select size_bytes::text as size from ? where sha256 = ? and recipe = ? and key = ?', [session.named('image_variants'), row.sha256, row.recipe, key],
    ));
    if (!now || Number(now.size) === stored?.sizeBytes) return null;
    return fault('image_variants', `${row.sha256}/${row.recipe}`, { key, sizeBytes: Number(now.size), foundBytes: stored?.sizeBytes ?? null }, { key: { sha256: row.sha256, recipe: row.recipe } });
  },
  fix: {
    action: 'regenerate',
    population: 'image_variants',
    steps: [{
      kind: 'row',
      name: 'forget-variant',
      values: () => null,
      stillBroken: ({ session }, { facts }) => session.sql('t.key = ? and t.size_bytes::text = ?', [facts['object'] ?? '', facts['sizeBytes'] ?? '']),
      async confirm({ files, signal }, { facts }) {
        const object = await files.head(facts['object'] ?? '', withSignal({ signal }));
        return String(object?.sizeBytes) === facts['sizeBytes'] ? 'the variant is there again' : null;
      },
    }],
    plan: async (_, { key, evidence }) => [rowTarget('forget-variant', 'image_variants', key, { object: String(evidence['key']), sizeBytes: String(evidence['sizeBytes']) })],
  },
});
