import { link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isSyncError, SyncError, throwIfAborted, type FlowOptions, type ImageRole } from '@1688/core';
import { quoteName } from '@1688/db';
import { namedById, safeName } from '../goods/safe-name.ts';
import type { Mirror } from '../open-mirror.ts';

export const imageLayouts = ['supplier', 'product', 'role'] as const;
export type ImageLayout = (typeof imageLayouts)[number];

export interface ExportImagesOptions extends FlowOptions {
  /** `supplier/product/picture`, `product/picture`, or `role/product-picture`. */
  readonly by: ImageLayout;
  readonly directory: string;
  /** A variant such as `compressed` instead of the original; pictures without it are missing. */
  readonly variant?: string | undefined;
  /** Only pictures of these roles. Default all. */
  readonly roles?: readonly ImageRole[] | undefined;
  readonly product?: string | undefined;
  readonly supplier?: string | undefined;
  /** Hard links where the store is on the same file system: no space, but changing such a file changes the store. Default false. */
  readonly link?: boolean;
}

export interface ExportImagesResult {
  readonly directory: string;
  readonly written: number;
  readonly linked: number;
  /** Files that were there already, from a former or stopped export. */
  readonly skipped: number;
  readonly missing: number;
  readonly bytes: number;
}

interface Row {
  id: string; role: ImageRole; position: number; offer_id: string; title: string; supplier_id: string | null; supplier_name: string | null;
  sha256: string; key: string | null; size_bytes: string | null;
}

const pageSize = 500;

/**
 * Writes stored pictures as a folder tree that people can browse. Names hold title and id, place and first digits of the hash, so a
 * second call writes only what is new; nothing is ever deleted.
 */
export async function exportImages(mirror: Mirror, options: ExportImagesOptions): Promise<ExportImagesResult> {
  const { directory, signal, onProgress } = options;
  const counts = { written: 0, linked: 0, skipped: 0, missing: 0, bytes: 0 };
  await mkdir(directory, { recursive: true });
  for await (const row of rowsOf(mirror, options)) {
    throwIfAborted(signal, 'Exporting pictures');
    const done = row.key === null ? 'missing' : await writeOne(mirror, row as Row & { key: string }, path.join(directory, placeOf(row, options.by)), options.link ?? false);
    counts[done] += 1;
    if (done === 'written' || done === 'linked') counts.bytes += Number(row.size_bytes);
    onProgress?.({ done: counts.written + counts.linked + counts.skipped + counts.missing, unit: 'images' });
  }
  return { directory, ...counts };
}

function placeOf(row: Row, by: ImageLayout): string {
  const product = namedById(row.title, row.offer_id);
  const number = String(row.position + 1).padStart(2, '0');
  const file = `${number}-${row.sha256.slice(0, 8)}${path.posix.extname(row.key ?? '')}`;
  if (by === 'role') return path.join(row.role, `${product}-${file}`);
  const supplier = row.supplier_id === null ? safeName('未知供应商') : namedById(row.supplier_name, row.supplier_id);
  return path.join(...(by === 'supplier' ? [supplier] : []), product, `${row.role}-${file}`);
}

async function writeOne({ storage, places }: Mirror, row: Row & { key: string }, file: string, asLink: boolean): Promise<'written' | 'linked' | 'skipped' | 'missing'> {
  if ((await stat(file).catch(() => null))?.size === Number(row.size_bytes)) return 'skipped'; // absent is the usual case
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = path.join(path.dirname(file), `.${row.id}.part`);
  try {
    await rm(temporary, { force: true });
    // Elsewhere, or where links are not allowed, the bytes are copied.
    const isLinked = asLink && storage.name === 'file' && await link(path.join(places.storage, row.key), temporary).then(() => true, () => false);
    if (!isLinked) await pipeline(Readable.from((await storage.get(row.key)).body), createWriteStream(temporary));
    await rename(temporary, file);
    return isLinked ? 'linked' : 'written';
  } catch (error) {
    await rm(temporary, { force: true });
    if (isSyncError(error) && error.code === 'STORAGE_OBJECT_MISSING') return 'missing';
    throw isSyncError(error) ? error : new SyncError('STORAGE_IO', `Expected to write ${file}: ${String(error)}`, { cause: error });
  }
}

async function* rowsOf({ db }: Mirror, { variant, roles, product, supplier }: ExportImagesOptions): AsyncGenerator<Row> {
  const s = quoteName(db.schema);
  const file = variant === undefined ? 'o' : 'v';
  for (let last = '0'; ;) {
    const { rows } = await db.knex.raw<{ rows: Row[] }>(
      `select i.id, i.role, i.position, p.source_id as offer_id, p.title, u.source_id as supplier_id, coalesce(u.company_name, u.name) as supplier_name, o.sha256, ${file}.key, ${file}.size_bytes
       from ${s}.product_images i join ${s}.products p on p.id = i.product_id and p.deleted_at is null left join ${s}.suppliers u on u.id = p.supplier_id
         join ${s}.image_objects o on o.sha256 = i.sha256 and o.state = 'live' left join ${s}.image_variants v on v.sha256 = o.sha256 and v.recipe = :variant
       where i.id > :last and i.state = 'stored' and i.deleted_at is null and (cast(:roles as text[]) is null or i.role = any(:roles))
         and (cast(:product as text) is null or p.source_id = :product) and (cast(:supplier as text) is null or u.source_id = :supplier)
       order by i.id limit ${pageSize}`,
      { last, variant: variant ?? '', roles: roles ?? null, product: product ?? null, supplier: supplier ?? null } as never);
    yield* rows;
    last = rows.at(-1)?.id ?? last;
    if (rows.length < pageSize) return;
  }
}
