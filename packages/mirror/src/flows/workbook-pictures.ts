import { collectBytes } from '@1688/storage';
import { makeVariants } from '@1688/images';
import type { Mirror } from '../open-mirror.ts';

export interface CellPicture {
  readonly bytes: Buffer;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** JPEG, as spreadsheets older than WebP show nothing else; small, as every row of a sheet may hold one. */
const inCell = { name: 'cell', widthPx: 96, heightPx: 96, fit: 'inside', format: 'jpeg', quality: 75 } as const;

/** The main picture of a product, small; null when none is stored or it cannot be read. */
export async function cellPicture({ db, storage }: Mirror, offerId: string): Promise<CellPicture | null> {
  const stored = await db.knex.withSchema(db.schema).from('product_images as i').join('products as p', 'p.id', 'i.product_id').join('image_objects as o', 'o.sha256', 'i.sha256')
    .leftJoin('image_variants as v', (join) => { join.on('v.sha256', 'o.sha256').andOnVal('v.recipe', 'thumbnail'); })
    .where('p.source_id', offerId).whereNull('i.deleted_at').where('o.state', 'live').whereIn('i.role', ['main', 'gallery'])
    .orderByRaw(`i.role = 'main' desc, i.position`).first<{ original: string; thumbnail: string | null } | undefined>({ original: 'o.key', thumbnail: 'v.key' });
  if (!stored) return null;
  try {
    const { body } = await storage.get(stored.thumbnail ?? stored.original);
    const [made] = await makeVariants(await collectBytes(body), [inCell]);
    return made ? { bytes: Buffer.from(made.bytes), widthPx: made.widthPx, heightPx: made.heightPx } : null;
  } catch {
    return null; // a picture that is missing or damaged is what `check` is for; the table is of use without it
  }
}
