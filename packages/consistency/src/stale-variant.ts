import { defineCheck, type Check } from './check.ts';
import { fault } from './finding.ts';
import { rowTarget } from './fix-step.ts';

/**
 * A check of variants that were made by another recipe than the one of their name today. Give it to `check` behind `allChecks`.
 * @param recipes hash of each recipe by its name; variants of other names are left alone
 */
export function staleVariantCheck(recipes: Readonly<Record<string, string>>): Check {
  return defineCheck({
    id: 'variant-stale',
    title: 'Picture variants that an older recipe made',
    titleZh: '衍生图由旧配方生成，已过期',
    severity: 'low',
    kind: 'sql',
    needs: ['image_variants.recipe_hash'],
    async *find({ session }) {
      for (const [recipe, hash] of Object.entries(recipes)) {
        const rows = session.stream<{ sha256: string; made: string }>(session.sql(
          'select sha256, recipe_hash as made from ? where recipe = ? and recipe_hash <> ?', [session.named('image_variants'), recipe, hash],
        ));
        for await (const { sha256, made } of rows) yield fault('image_variants', `${sha256}/${recipe}`, { madeBy: made, recipeHash: hash }, { key: { sha256, recipe } });
      }
    },
    fix: {
      action: 'regenerate',
      population: 'image_variants',
      steps: [{
        kind: 'row',
        name: 'forget-stale-variant',
        values: () => null,
        stillBroken: ({ session }, { facts }) => session.sql('t.recipe_hash <> ?', [facts['recipeHash'] ?? '']),
      }],
      plan: async (_, { key, evidence }) => [rowTarget('forget-stale-variant', 'image_variants', key, { recipeHash: String(evidence['recipeHash']) })],
    },
  });
}
