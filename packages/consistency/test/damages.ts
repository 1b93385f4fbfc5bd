import { createHash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
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
    name: 'a picture under a key of its own', check: 'object-misplaced', count: 1, mended: true,
    async seed(store) {
      const sha256 = firstHash(store);
      const { body } = await store.files.get(pictureKey(sha256));
      await store.files.put('old/picture-1.jpg', body);
      await store.files.delete(pictureKey(sha256));
      await store.sql("update :s:.image_objects set key = 'old/picture-1.jpg' where sha256 = ?", [sha256]);
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
  {
    name: 'SKUs that were removed with a product which is there again', check: 'removed-child', count: 2, mended: true,
    seed: ({ sql, offerIds }) => removeAndBringBack(sql, offerIds[0] ?? ''),
  },
  {
    name: 'a foreign key whose index was dropped', check: 'unindexed-reference', count: 1, mended: false,
    seed: async ({ sql }) => void (await sql('drop index :s:.products_supplier')),
  },
  {
    name: 'SKUs in the same place', check: 'same-position', count: 1, mended: true,
    seed: async ({ sql, offerIds }) => void (await sql('update :s:.skus set position = 0 where product_id = (select id from :s:.products where source_id = ?)', [offerIds[0]])),
  },
  {
    name: 'two main pictures', check: 'main-image-twice', count: 1, mended: true,
    seed: ({ sql, offerIds }) => anotherPicture(sql, offerIds[0] ?? '', 'main'),
  },
  {
    name: 'a title of nothing but blanks', check: 'required-value', count: 1, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql("update :s:.products set title = '\u3000', title_grams = :s:.grams('\u3000') where source_id = ?", [offerIds[0]])),
  },
  {
    name: 'a state that does not exist', check: 'required-value', count: 1, mended: false,
    async seed({ sql, offerIds }) {
      await sql('alter table :s:.products drop constraint products_sync_status_check');
      await sql("update :s:.products set sync_status = 'done' where source_id = ?", [offerIds[0]]);
    },
  },
  {
    name: 'a row that was changed before it was made', check: 'time-order', count: 1, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql("update :s:.products set updated_at = created_at - interval '1 day' where source_id = ?", [offerIds[0]])),
  },
  {
    name: 'attributes that are no list', check: 'json-shape', count: 1, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql(`update :s:.products set attributes = '{"颜色": "红色"}' where source_id = ?`, [offerIds[0]])),
  },
  {
    name: 'a received document whose bytes were changed', check: 'payload-unreadable', count: 2, mended: false, deep: true,
    async seed({ sql }) {
      const whole = zstdCompressSync('{"offerId":"610947572360"}');
      for (const [kind, body, size] of [['list', whole, 26], ['detail', whole, 27], ['message', whole.subarray(0, -4), 26]] as const) {
        await sql(
          `insert into :s:.payloads (source_id, kind, hash, profile, mapper_version, observed_at, size_bytes, body) values ('610947572360', ?, 'x', 'table', 1, now(), ?, ?)`, [kind, size, body],
        );
      }
    },
  },
  {
    name: 'a watch beyond the end of the feed', check: 'cursor-ahead', count: 1, mended: true,
    seed: async ({ sql }) => void (await sql("insert into :s:.watches (id, seq) values ('降价', 1000000)")),
  },
  {
    name: 'a picture that nobody went on deleting', check: 'object-deleting', count: 1, mended: true,
    seed: async (store) => void (await store.sql("update :s:.image_objects set state = 'deleting', updated_at = now() - interval '2 days' where sha256 = ?", [firstHash(store)])),
  },
  {
    name: 'one main picture at fifty products of five suppliers', check: 'shared-picture', count: 1, mended: false,
    async seed({ sql, hashes }) {
      await sql("insert into :s:.suppliers (source_id) select 'S' || n from generate_series(1, 5) n");
      await sql("insert into :s:.products (source_id, title, title_grams, supplier_id) select 'P' || n, '雨靴', :s:.grams('雨靴'), (select id from :s:.suppliers where source_id = 'S' || (n % 5 + 1)) from generate_series(1, 50) n");
      await sql("insert into :s:.product_images (product_id, role, position, url, canonical_url, state, sha256) select id, 'main', 0, 'u', 'u', 'stored', ? from :s:.products where source_id like 'P%'", [hashes[0]]);
      await recounted(sql);
    },
  },
  {
    name: 'two pictures that look the same', check: 'near-duplicate', count: 1, mended: false, deep: true,
    seed: async ({ sql, hashes }) => void (await sql("update :s:.image_objects set perceptual_hash = '00ff00ff00ff00ff' where sha256 = any(?)", [hashes.slice(0, 2)])),
  },
  ...(['锟斤拷', 'å¥³è£', 'e\u0301'] as const).map((text): Damage => ({
    name: `a title that was misread: ${text}`, check: 'title-text', count: 1, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql('update :s:.products set title = ?, title_grams = :s:.grams(?) where source_id = ?', [text, text, offerIds[0]])),
  })),
  ...[
    { name: 'a price of zero', set: 'update :s:.products set price_min = 0 where source_id = ?' },
    { name: 'a tier that makes more cost more', set: 'update :s:.price_tiers set price = 99 where min_quantity > 2 and product_id = (select id from :s:.products where source_id = ?)' },
    { name: 'a SKU outside the range of its product', set: 'update :s:.skus set price = 999 where product_id = (select id from :s:.products where source_id = ?)' },
  ].map(({ name, set }): Damage => ({
    name, check: 'price-range', count: 1, mended: false,
    seed: async ({ sql, offerIds }) => void (await sql(set, [offerIds[0]])),
  })),
];

async function removeAndBringBack(sql: AStore['sql'], offerId: string): Promise<void> {
  await sql("insert into :s:.changes (entity, source_id, kind, changed_at) values ('product', ?, 'removed', '2026-01-02T03:04:05.678Z')", [offerId]);
  await sql("update :s:.skus set deleted_at = '2026-01-02T03:04:05.678Z' where product_id = (select id from :s:.products where source_id = ?)", [offerId]);
}

async function anotherPicture(sql: AStore['sql'], offerId: string, role: string): Promise<void> {
  await sql(
    "insert into :s:.product_images (product_id, role, position, url, canonical_url) select id, ?, 7, 'https://cbu01.alicdn.com/another.jpg', 'https://cbu01.alicdn.com/another.jpg' from :s:.products where source_id = ?", [role, offerId],
  );
}

async function recounted(sql: AStore['sql']): Promise<void> {
  await sql('update :s:.image_objects o set reference_count = (select count(*) from :s:.product_images i where i.sha256 = o.sha256)');
}
