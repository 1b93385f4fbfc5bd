import { compareKeys, type StoredObject } from '@1688/storage';
import type { CheckContext, Scan } from './check.ts';
import { merged, type Pair } from './merge.ts';
import { withSignal } from './object-scan.ts';
import type { Session } from './session.ts';
import { touched } from './touched.ts';

/** A row of `image_variants`, as far as the store matters. */
export interface VariantRow {
  readonly sha256: string;
  readonly recipe: string;
  readonly key: string;
  readonly size_bytes: string;
}

export type VariantPair = Pair<VariantRow>;

const pageRows = 2_000;
const canonical = "starts_with(key, 'variants/' || recipe || '/' || left(sha256, 2) || '/' || substr(sha256, 3, 2) || '/' || sha256)";

/** Rows and objects of `variants/` joined by key: recipe by recipe in the order of the listing, then rows with other keys. */
export const variantScan: Scan<VariantPair> = {
  id: 'variants',
  async *open(context) {
    const recipes = await recipesInOrder(context.session);
    if (context.since) return yield* rowsAlone(context, recipes);
    yield* merged(rowsInOrder(context, recipes), objects(context));
    for (const recipe of recipes) {
      for await (const row of rowsOf(context, recipe, `not ${canonical}`)) {
        yield { key: row.key, row, object: await context.files.head(row.key, withSignal(context)) };
      }
    }
  },
};

async function* rowsAlone(context: CheckContext, recipes: readonly string[]): AsyncGenerator<VariantPair> {
  for (const recipe of recipes) {
    for await (const row of rowsOf(context, recipe, 'true')) yield { key: row.key, row, object: await context.files.head(row.key, withSignal(context)) };
  }
}

/** A recipe `a` comes after `a-b`, because its keys go on with a slash. */
async function recipesInOrder(session: Session): Promise<readonly string[]> {
  const rows = await session.rows<{ recipe: string }>(session.sql('select distinct recipe from ?', [session.named('image_variants')]));
  return rows.map(({ recipe }) => recipe).toSorted((a, b) => compareKeys(`${a}/`, `${b}/`));
}

async function* objects(context: CheckContext): AsyncGenerator<StoredObject> {
  yield* context.files.list('variants/', withSignal(context));
}

async function* rowsInOrder(context: CheckContext, recipes: readonly string[]): AsyncGenerator<VariantRow> {
  for (const recipe of recipes) yield* rowsOf(context, recipe, canonical);
}

async function* rowsOf(context: CheckContext, recipe: string, condition: string): AsyncGenerator<VariantRow> {
  const { session } = context;
  for (let after = ''; ;) {
    const page = await session.rows<VariantRow>(session.sql(
      `select sha256, recipe, key, size_bytes::text from ? as t where recipe = ? and sha256 > ? and ? and ${condition} order by sha256 limit ${pageRows}`,
      [session.named('image_variants'), recipe, after, touched(context, 'image_variants')],
    ));
    yield* page;
    const end = page.at(-1);
    if (!end || page.length < pageRows) return;
    after = end.sha256;
  }
}
