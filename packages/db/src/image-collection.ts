import type { Connection, Transaction } from './connection.ts';
import { guarded } from './guarded.ts';
import { quoteName } from './quote-name.ts';
import { transaction } from './transaction.ts';

export interface CollectOptions {
  /** Only objects that nothing has shown since before this time. */
  readonly unreferencedBefore: Date;
  /** Default 200. */
  readonly limit?: number;
}

/** An object that nothing shows any more, and where its bytes lie. */
export interface CollectableImage {
  readonly sha256: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly variants: readonly { readonly key: string; readonly sizeBytes: number }[];
}

export interface MarkedImages {
  readonly images: readonly CollectableImage[];
  /** Backups that are under way: nothing is marked then, as they may need what they have read about. */
  readonly leases: number;
}

/** Removal of the file, or the move to a trash. Called while nobody can begin to use it; what it throws leaves all as it was. */
type Remove = () => Promise<void>;

/**
 * Collects objects that nothing shows (垃圾回收), in two steps: first it is committed that they are going, so that no row points to
 * them and a backup that begins afterwards leaves them out; then each goes, file and row, while its row is locked. Whoever stores
 * the same bytes meanwhile waits for that lock, and looks again whether the bytes are there (`SettleOptions.absent`).
 */
export function imageCollection(db: Connection) {
  const s = quoteName(db.schema);
  return guarded({
    /** What `mark` would find, oldest first; nothing is changed. */
    async *list({ unreferencedBefore, limit = 200 }: CollectOptions): AsyncGenerator<CollectableImage> {
      for (let last = { at: '-infinity', sha256: '' }; ;) {
        const { rows } = await db.knex.raw<{ rows: (ObjectRow & { at: string })[] }>(
          `select ${objectColumns(s)}, unreferenced_at::text as at from ${s}.image_objects o
           where ${unneeded(s)} and (unreferenced_at, sha256) > (?::timestamptz, ?) order by unreferenced_at, sha256 limit ?`, [unreferencedBefore, last.at, last.sha256, limit]);
        yield* rows.map(toCollectable);
        last = rows.at(-1) ?? last;
        if (rows.length < limit) return;
      }
    },

    /** Objects that a former collection had marked, and then was stopped. */
    async listMarked(): Promise<readonly CollectableImage[]> {
      const { rows } = await db.knex.raw<{ rows: ObjectRow[] }>(`select ${objectColumns(s)} from ${s}.image_objects o where state = 'deleting' and unreferenced_at is not null order by sha256`);
      return rows.map(toCollectable);
    },

    /** Pictures of products that are gone, and show such an object, wait again: should they come back, they are fetched. */
    async mark(options: CollectOptions): Promise<MarkedImages> {
      return transaction(db, (trx) => markUnneeded(trx, options));
    },

    /** Removes one marked object. @returns false when it has come into use again */
    async collect(sha256: string, remove: Remove): Promise<boolean> {
      return transaction(db, async (trx) => {
        const { rows } = await trx.knex.raw<{ rows: object[] }>(`select from ${s}.image_objects where sha256 = ? and state = 'deleting' and reference_count = 0 for update`, [sha256]);
        if (rows.length === 0 || await isShown(trx, sha256)) return false;
        await trx.knex.raw(`delete from ${s}.image_variants where sha256 = ?`, [sha256]);
        await trx.knex.raw(`delete from ${s}.image_objects where sha256 = ?`, [sha256]);
        await remove(); // last: all that may fail has been done
        return true;
      });
    },

    /**
     * Removes a file that no row knows, while nobody can make a row for it.
     * @param sha256 of the original that its key names
     * @returns false when a row knows it
     */
    async collectStray({ key, sha256, sizeBytes }: { readonly key: string; readonly sha256: string; readonly sizeBytes: number }, remove: Remove): Promise<boolean> {
      return transaction(db, async (trx) => {
        const { rows } = await trx.knex.raw<{ rows: object[] }>(
          `insert into ${s}.image_objects (sha256, key, size_bytes, width_px, height_px, format, state) values (?, ?, ?, 0, 0, 'none', 'deleting') on conflict do nothing returning sha256`, [sha256, key, Math.max(sizeBytes, 1)]);
        if (rows.length === 0) return collectSuperseded(trx, key, sha256, remove);
        await remove();
        await trx.knex.raw(`delete from ${s}.image_objects where sha256 = ?`, [sha256]);
        return true;
      });
    },
  });
}

interface ObjectRow {
  sha256: string;
  key: string;
  size_bytes: string;
  variants: { key: string; sizeBytes: number }[] | null;
}

function objectColumns(s: string): string {
  return `o.sha256, o.key, o.size_bytes, (select json_agg(json_build_object('key', v.key, 'sizeBytes', v.size_bytes)) from ${s}.image_variants v where v.sha256 = o.sha256) as variants`;
}

function unneeded(s: string): string {
  return `o.reference_count = 0 and o.unreferenced_at is not null and o.unreferenced_at < ? and not exists (select from ${s}.product_images i where i.sha256 = o.sha256 and i.deleted_at is null)`;
}

async function markUnneeded(trx: Transaction, { unreferencedBefore, limit = 200 }: CollectOptions): Promise<MarkedImages> {
  const s = quoteName(trx.schema);
  // A lease that is taken from here on waits until this is committed, and its backup then sees what is marked.
  await trx.knex.raw(`lock table ${s}.backup_leases in share mode`);
  const { rows: [lease] } = await trx.knex.raw<{ rows: { count: string }[] }>(`select count(*) as count from ${s}.backup_leases where expires_at > now()`);
  if (Number(lease?.count) > 0) return { images: [], leases: Number(lease?.count) };
  const { rows: picked } = await trx.knex.raw<{ rows: { sha256: string }[] }>(
    `select sha256 from ${s}.image_objects o where state <> 'deleting' and ${unneeded(s)} order by unreferenced_at, sha256 limit ?`, [unreferencedBefore, limit]);
  const hashes = picked.map((row) => row.sha256);
  // Rows of pictures are locked before objects, as everywhere.
  await trx.knex.raw(`select id from ${s}.product_images where sha256 = any(?) order by id for update`, [hashes] as never);
  await trx.knex.raw(`select sha256 from ${s}.image_objects where sha256 = any(?) order by sha256 for update`, [hashes] as never);
  const { rows } = await trx.knex.raw<{ rows: ObjectRow[] }>(
    `update ${s}.image_objects o set state = 'deleting', updated_at = now() where sha256 = any(?) and ${unneeded(s)} returning ${objectColumns(s)}`, [hashes, unreferencedBefore] as never);
  await trx.knex.raw(
    `update ${s}.product_images set state = 'pending', sha256 = null, etag = null, last_modified = null, fetched_at = null, attempts = 0, claimed_until = null, claimed_by = null
     where sha256 = any(?) and deleted_at is not null`, [rows.map((row) => row.sha256)] as never);
  return { images: rows.map(toCollectable), leases: 0 };
}

async function isShown(trx: Transaction, sha256: string): Promise<boolean> {
  const { rows } = await trx.knex.raw<{ rows: object[] }>(`select from ${quoteName(trx.schema)}.product_images where sha256 = ? limit 1`, [sha256]);
  return rows.length > 0;
}

/** A file named after a known original that is neither it nor one of its variants: what a former recipe had made. */
async function collectSuperseded(trx: Transaction, key: string, sha256: string, remove: Remove): Promise<boolean> {
  const s = quoteName(trx.schema);
  const { rows } = await trx.knex.raw<{ rows: object[] }>(`select from ${s}.image_objects where sha256 = ? and key <> ? for update`, [sha256, key]);
  if (rows.length === 0) return false;
  const { rows: known } = await trx.knex.raw<{ rows: object[] }>(`select from ${s}.image_variants where sha256 = ? and key = ?`, [sha256, key]);
  if (known.length > 0) return false;
  await remove();
  return true;
}

function toCollectable({ sha256, key, size_bytes, variants }: ObjectRow): CollectableImage {
  return { sha256, key, sizeBytes: Number(size_bytes), variants: variants ?? [] };
}
