import { createHash, randomUUID } from 'node:crypto';
import { products, type Database } from '@1688/db';
import { memoryBackend, writeMarker, type StorageBackend } from '@1688/storage';
import { aProduct, aSupplier, testDatabase } from '@1688/vitest';
import type { ConsistencyTarget } from '../src/target.ts';

export interface AStore extends AsyncDisposable {
  readonly db: Database;
  readonly target: ConsistencyTarget;
  readonly files: StorageBackend;
  readonly offerIds: readonly string[];
  /** SHA-256 of every stored picture, sorted. */
  readonly hashes: readonly string[];
  /** Runs SQL on the schema; `:s:` stands for it. */
  sql<Row>(text: string, bindings?: readonly unknown[]): Promise<Row[]>;
  /** The same without foreign keys and triggers: how damage comes about. */
  damage(text: string, bindings?: readonly unknown[]): Promise<void>;
}

const longAgo = new Date('2026-01-02T03:04:05Z');

/** A healthy store: three products of one supplier, each with three pictures, of which one is shared by all. */
export async function aStore({ files = memoryBackend({ now: () => longAgo }) }: { files?: StorageBackend } = {}): Promise<AStore> {
  const database = await testDatabase();
  const { db } = database;
  const storeId = randomUUID();
  await writeMarker(files, storeId);
  const supplier = aSupplier();
  const offerIds: string[] = [];
  const hashes = new Set<string>();
  const sql = async <Row>(text: string, bindings: readonly unknown[] = []): Promise<Row[]> => {
    const { rows } = await db.knex.raw<{ rows: Row[] }>(text.replaceAll(':s:', 'sync1688'), bindings as never);
    return rows;
  };
  for (let index = 0; index < 3; index += 1) {
    const { offerId } = await products(db).upsert(aProduct({ supplier }));
    offerIds.push(offerId);
  }
  const images = await sql<{ url: string; role: string }>('select distinct canonical_url as url, role from :s:.product_images');
  for (const { url, role } of images) {
    const { sha256, key, sizeBytes } = await aStoredPicture(files, role === 'description' ? '尺码表' : url);
    await sql(
      "insert into :s:.image_objects (sha256, key, size_bytes, width_px, height_px, format) values (?, ?, ?, 800, 800, 'jpeg') on conflict do nothing", [sha256, key, sizeBytes],
    );
    await sql("update :s:.product_images set state = 'stored', sha256 = ?, fetched_at = now() where canonical_url = ?", [sha256, url]);
    hashes.add(sha256);
  }
  await sql('update :s:.image_objects o set reference_count = (select count(*) from :s:.product_images i where i.sha256 = o.sha256)');
  await sql('update :s:.store set picture_store_id = ?', [storeId]);
  return {
    db, files, offerIds, sql,
    target: { db, schema: 'sync1688', files },
    hashes: [...hashes].toSorted(),
    async damage(text, bindings = []) {
      await db.knex.transaction(async (trx) => {
        await trx.raw('set local session_replication_role = replica');
        await trx.raw(text.replaceAll(':s:', 'sync1688'), bindings as never);
      });
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** Puts a picture into the store as the image store would; `content` stands for its bytes. */
export async function aStoredPicture(files: StorageBackend, content: string) {
  const bytes = Buffer.from(`picture ${content}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = pictureKey(sha256);
  await files.put(key, bytes, { contentType: 'image/jpeg' });
  return { sha256, key, sizeBytes: bytes.length };
}

/** Everything that an iterable yields. */
export async function gathered<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export function pictureKey(sha256: string): string {
  return `sha256/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.jpg`;
}

export function variantKey(sha256: string, recipe = 'thumbnail'): string {
  return `variants/${recipe}/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.webp`;
}

/** All that is ours to keep, as one text: every row of every table but our own journal, and every object but the trash. */
export async function contentOf({ sql, files }: AStore): Promise<string> {
  const tables = await sql<{ name: string }>("select tablename as name from pg_tables where schemaname = 'sync1688' and tablename not like 'consistency%' order by 1");
  const lines: string[] = [];
  for (const { name } of tables) {
    const rows = await sql<{ row: string }>(`select to_jsonb(t)::text as row from :s:.${name} t order by 1`);
    lines.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  for await (const { key } of files.list('')) {
    if (!key.startsWith('trash/')) lines.push(`${key} ${await hashOf(files, key)}`);
  }
  return lines.join('\n');
}

async function hashOf(files: StorageBackend, key: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of (await files.get(key)).body) hash.update(chunk);
  return hash.digest('hex');
}
