import { throwIfAborted } from '@1688/core';
import { makeVariants } from '@1688/images';
import { collectBytes } from '@1688/storage';
import type { Mirror } from '../open-mirror.ts';

export interface CellPicture {
  /** Of the original: the same picture in many rows is one file. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** JPEG, as spreadsheets older than WebP show nothing else; small, as every row of a sheet may hold one. */
const inCell = { name: 'cell', widthPx: 96, heightPx: 96, fit: 'inside', format: 'jpeg', quality: 75 } as const;

interface StoredPicture {
  readonly offerId: string;
  readonly sha256: string;
  readonly original: string;
  readonly thumbnail: string | null;
}

/**
 * The main picture of each of these products, small. Left out are those of which none is stored or readable.
 * @param offerIds a page of them: all their pictures are in memory at once
 */
export async function cellPictures(mirror: Mirror, offerIds: readonly string[], { signal }: { readonly signal?: AbortSignal } = {}): Promise<ReadonlyMap<string, CellPicture>> {
  const stored = await storedPictures(mirror, offerIds);
  const made = await Promise.all(stored.map(async (picture) => [picture.offerId, await toCell(mirror, picture)] as const));
  throwIfAborted(signal, 'The export');
  return new Map(made.filter((each): each is [string, CellPicture] => each[1] !== null));
}

async function storedPictures({ db }: Mirror, offerIds: readonly string[]): Promise<readonly StoredPicture[]> {
  return db.knex.withSchema(db.schema).from('products as p').join('product_images as i', 'i.product_id', 'p.id').join('image_objects as o', 'o.sha256', 'i.sha256')
    .leftJoin('image_variants as v', (join) => { join.on('v.sha256', 'o.sha256').andOnVal('v.recipe', 'thumbnail'); })
    .whereIn('p.source_id', offerIds).whereNull('i.deleted_at').where('o.state', 'live').whereIn('i.role', ['main', 'gallery'])
    .distinctOn('p.id').orderByRaw(`p.id, i.role = 'main' desc, i.position, i.id`)
    .select<StoredPicture[]>({ offerId: 'p.source_id', sha256: 'o.sha256', original: 'o.key', thumbnail: 'v.key' });
}

/** From the thumbnail, else from the original. A picture that is missing or damaged is what `check` is for; the table is of use without it. */
async function toCell({ storage }: Mirror, { sha256, original, thumbnail }: StoredPicture): Promise<CellPicture | null> {
  for (const key of thumbnail === null ? [original] : [thumbnail, original]) {
    try {
      const { body } = await storage.get(key);
      const [made] = await makeVariants(await collectBytes(body), [inCell]);
      if (made) return { sha256: String(sha256), bytes: made.bytes, widthPx: made.widthPx, heightPx: made.heightPx };
    } catch {
      // The other one may still be readable.
    }
  }
  return null;
}
