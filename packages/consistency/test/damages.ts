import { createHash } from 'node:crypto';
import { aStoredPicture, pictureKey, variantKey, type AStore } from './a-store.ts';

/** One kind of damage: how it comes about, and what must be said and done about it. */
export interface Damage {
  readonly name: string;
  readonly check: string;
  /** Broken things. */
  readonly count: number;
  readonly mended: boolean;
  readonly deep?: boolean;
  seed(store: AStore): Promise<void>;
}

const firstHash = ({ hashes }: AStore): string => hashes[0] ?? '';

export const damages: readonly Damage[] = [
  {
    name: 'a product of a supplier that does not exist', check: 'dangling-reference', count: 1, mended: true,
    seed: ({ damage, offerIds }) => damage('update :s:.products set supplier_id = 999 where source_id = ?', [offerIds[0]]),
  },
  {
    name: 'the SKUs, tiers and pictures of a product that does not exist', check: 'dangling-reference', count: 7, mended: true,
    seed: ({ damage, offerIds }) => damage('delete from :s:.products where source_id = ?', [offerIds[1]]),
  },
  {
    name: 'a picture that shows an object which is not known', check: 'dangling-reference', count: 1, mended: true,
    seed: (store) => store.damage(`with gone as (delete from :s:.image_objects where sha256 = (select sha256 from :s:.product_images where role = 'main' order by id limit 1) returning key) select from gone`),
  },
  {
    name: 'a foreign key that was dropped', check: 'constraint-unsound', count: 1, mended: false,
    seed: async ({ sql }) => void (await sql('alter table :s:.skus drop constraint skus_product_id_fkey')),
  },
  {
    name: 'a foreign key that was never validated', check: 'constraint-unsound', count: 1, mended: false,
    async seed({ sql }) {
      await sql('alter table :s:.products drop constraint products_supplier_id_fkey');
      await sql('alter table :s:.products add constraint products_supplier_id_fkey foreign key (supplier_id) references :s:.suppliers (id) not valid');
    },
  },
  {
    name: 'a trigger of a foreign key that is switched off', check: 'constraint-unsound', count: 2, mended: false,
    seed: async ({ sql }) => void (await sql('alter table :s:.price_tiers disable trigger all')),
  },
  {
    name: 'an offer that is there twice', check: 'duplicate-key', count: 1, mended: false,
    async seed({ sql, offerIds }) {
      await sql('alter table :s:.products drop constraint products_source_id_key');
      await sql('insert into :s:.products (source_id, title, title_grams) select source_id, title, title_grams from :s:.products where source_id = ?', [offerIds[0]]);
    },
  },
  {
    name: 'a sequence that was set back', check: 'sequence-behind', count: 1, mended: true,
    seed: async ({ sql }) => void (await sql("select setval(pg_get_serial_sequence('sync1688.products', 'id'), 1)")),
  },
  {
    name: 'live SKUs and pictures of a removed product', check: 'removed-parent', count: 5, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql('update :s:.products set deleted_at = now() where source_id = ?', [offerIds[2]])),
  },
  {
    name: 'a product whose main picture is gone', check: 'main-image', count: 1, mended: true,
    async seed({ sql, damage, offerIds }) {
      await damage("delete from :s:.product_images where role = 'main' and product_id = (select id from :s:.products where source_id = ?)", [offerIds[0]]);
      await sql('update :s:.image_objects o set reference_count = (select count(*) from :s:.product_images i where i.sha256 = o.sha256)');
    },
  },
  {
    name: 'a run whose process died', check: 'stuck-run', count: 1, mended: true,
    seed: async ({ sql }) => void (await sql("insert into :s:.sync_records (kind, heartbeat_at, started_at) values ('import', now() - interval '1 hour', now() - interval '2 hours')")),
  },
  {
    name: 'a run that ended without a time of its end', check: 'sync-record', count: 1, mended: true,
    seed: async ({ sql }) => void (await sql("insert into :s:.sync_records (kind, status) values ('import', 'completed')")),
  },
  {
    name: 'a run that ended before it started', check: 'sync-record', count: 1, mended: false,
    seed: async ({ sql }) => void (await sql("insert into :s:.sync_records (kind, status, finished_at) values ('import', 'completed', now() - interval '1 day')")),
  },
  {
    name: 'counts of a run that do not add up', check: 'sync-record', count: 1, mended: false,
    seed: async ({ sql }) => void (await sql("insert into :s:.sync_records (kind, status, finished_at, read_count, created_count) values ('import', 'completed', now(), 10, 9)")),
  },
  {
    name: 'a title that was changed behind the search index', check: 'title-grams', count: 1, mended: true,
    seed: async ({ sql, offerIds }) => void (await sql("update :s:.products set title = '儿童雨靴' where source_id = ?", [offerIds[0]])),
  },
  {
    name: 'a control character in a title', check: 'title-text', count: 1, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql("update :s:.products set title = '雨' || chr(7) || '靴', title_grams = :s:.grams('雨' || chr(7) || '靴') where source_id = ?", [offerIds[0]])),
  },
  {
    name: 'an unreadable character in a title', check: 'title-text', count: 1, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql("update :s:.products set title = '雨\uFFFD靴', title_grams = :s:.grams('雨\uFFFD靴') where source_id = ?", [offerIds[0]])),
  },
  {
    name: 'a time in the future', check: 'future-time', count: 1, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql("update :s:.products set updated_at = now() + interval '1 day' where source_id = ?", [offerIds[0]])),
  },
  {
    name: 'a lowest price above the highest', check: 'price-range', count: 1, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql('update :s:.products set price_min = 9, price_max = 8 where source_id = ?', [offerIds[0]])),
  },
  {
    name: 'a reference count that drifted', check: 'reference-count', count: 2, mended: true,
    seed: async (store) => void (await store.sql('update :s:.image_objects set reference_count = reference_count + 5 where sha256 = any(?)', [store.hashes.slice(0, 2)])),
  },
  {
    name: 'a file that is missing', check: 'object-missing', count: 1, mended: true,
    seed: (store) => store.files.delete(pictureKey(firstHash(store))),
  },
  {
    name: 'a file that was cut', check: 'object-size', count: 1, mended: true,
    seed: async (store) => void (await store.files.put(pictureKey(firstHash(store)), 'pic')),
  },
  {
    name: 'a file whose bytes rotted', check: 'object-corrupt', count: 1, mended: true, deep: true,
    async seed(store) {
      const key = pictureKey(firstHash(store));
      const { object } = await store.files.get(key);
      await store.files.put(key, Buffer.alloc(object.sizeBytes, 'x'));
    },
  },
  {
    name: 'a file that nobody knows', check: 'object-stray', count: 1, mended: true,
    seed: async ({ files }) => void (await aStoredPicture(files, '无主图片')),
  },
  {
    name: 'a file with a name of another kind among the pictures', check: 'object-stray', count: 1, mended: true,
    seed: async ({ files }) => void (await files.put('sha256/readme.txt', '请勿删除')),
  },
  {
    name: 'a recorded variant that is missing', check: 'variant-missing', count: 1, mended: true,
    async seed(store) {
      const sha256 = firstHash(store);
      await store.sql(
        `insert into :s:.image_variants (sha256, recipe, recipe_hash, key, variant_sha256, size_bytes, width_px, height_px, format)
         values (?, 'thumbnail', 'r1', ?, ?, 10, 200, 200, 'webp')`, [sha256, variantKey(sha256), sha256]);
    },
  },
  {
    name: 'a variant whose original is unknown', check: 'variant-orphan', count: 1, mended: true,
    seed: async ({ files }) => void (await files.put(variantKey(createHash('sha256').update('无主').digest('hex')), '缩略图')),
  },
];
