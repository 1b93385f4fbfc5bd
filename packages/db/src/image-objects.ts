import type { Connection, Transaction } from './connection.ts';
import { guarded } from './guarded.ts';
import { upsertObjects, upsertVariants } from './image-object-writes.ts';
import { quoteName } from './quote-name.ts';
import { ImageObjectRow, ImageVariantRow, rowsOf } from './rows.ts';
import { atomically } from './transaction.ts';

/** A file in the picture store, known by the SHA-256 of its bytes. */
export interface NewImageObject {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: string;
  /** 16 hexadecimal digits. */
  readonly perceptualHash?: string | null;
  readonly thumbhash?: Uint8Array | null;
  /** The most frequent colour, as `#rrggbb`. */
  readonly dominantColour?: string | null;
  /** Pictures of an animation; 1 where nothing moves. */
  readonly frames?: number | null;
  /** Bytes behind the picture's own end, where another file may hide. */
  readonly trailingBytes?: number | null;
  /** Whether the original says where it was taken. */
  readonly hasGps?: boolean | null;
}

/** A picture derived from an object by a recipe, such as `thumbnail`. */
export interface ImageVariant {
  readonly recipe: string;
  /** Changes when the recipe does: a variant with another one is out of date. */
  readonly recipeHash: string;
  readonly key: string;
  /** SHA-256 of the variant's own bytes. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: string;
}

export type ImageObjectState = ImageObjectRow['state'];

export interface ImageObject extends Required<NewImageObject> {
  /** How many live rows of `product_images` show it. */
  readonly referenceCount: number;
  readonly state: ImageObjectState;
  /** Since when nothing shows it, or null. */
  readonly unreferencedAt: Date | null;
  readonly createdAt: Date;
  readonly variants: readonly ImageVariant[];
}

export interface ListImageObjectsOptions {
  /** Only objects whose SHA-256 sorts after this one. */
  readonly after?: string;
  readonly limit?: number;
  readonly state?: ImageObjectState;
  /** Only objects that nothing has shown since before this time. */
  readonly unreferencedBefore?: Date;
  /** Only objects that lack this variant in this version of its recipe. */
  readonly lacking?: Pick<ImageVariant, 'recipe' | 'recipeHash'>;
}

const pageSize = 500;

/** The objects of the picture store and their variants. */
export function imageObjects(db: Connection) {
  return guarded({
    async find(sha256: string): Promise<ImageObject | null> {
      const row = await rowsOf(ImageObjectRow, db).findById(sha256).withGraphFetched('variants');
      return row ? toImageObject(row) : null;
    },

    /** Objects in the order of their SHA-256. */
    async *list(options: ListImageObjectsOptions = {}): AsyncGenerator<ImageObject> {
      const { after = '', limit = Infinity } = options;
      for (let last = after, left = limit; left > 0;) {
        const rows = await selected(db, options).where('sha256', '>', last).orderBy('sha256').limit(Math.min(left, pageSize)).withGraphFetched('variants');
        for (const row of rows) yield toImageObject(row);
        left -= rows.length;
        last = rows.at(-1)?.sha256 ?? last;
        if (rows.length < pageSize) return;
      }
    },

    async count(options: Omit<ListImageObjectsOptions, 'after' | 'limit'> = {}): Promise<number> {
      return selected(db, options).resultSize();
    },

    /** Stores what is known of a file; one that is known already becomes `live` again. */
    async upsert(object: NewImageObject, variants: readonly ImageVariant[] = []): Promise<void> {
      await atomically(db, async (trx) => {
        await upsertObjects(trx, [object]);
        await upsertVariants(trx, [{ sha256: object.sha256, variants }]);
      });
    },

    async setVariants(sha256: string, variants: readonly ImageVariant[]): Promise<void> {
      await atomically(db, (trx) => upsertVariants(trx, [{ sha256, variants }]));
    },

    /** @returns false when there is no such object. */
    async setState(sha256: string, state: ImageObjectState): Promise<boolean> {
      const changed = await rowsOf(ImageObjectRow, db).findById(sha256).patch({ state, updated_at: db.knex.fn.now() } as object);
      return changed > 0;
    },
  });
}

/** Adds to the reference counts; the rows are locked in one order, so that two who do this never wait for each other in a ring. */
export async function adjustReferences(trx: Transaction, deltas: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...deltas].filter(([, delta]) => delta !== 0).map(([sha256, delta]) => ({ sha256, delta }));
  if (rows.length === 0) return;
  const table = `${quoteName(trx.schema)}.image_objects`;
  await trx.knex.raw(
    `with delta as (select * from jsonb_to_recordset(?::jsonb) as entry (sha256 text, delta bigint)),
          held as materialized (select o.sha256 from ${table} o where o.sha256 in (select sha256 from delta) order by o.sha256 for update)
     update ${table} o set reference_count = greatest(o.reference_count + delta.delta, 0), updated_at = now(),
       unreferenced_at = case when o.reference_count + delta.delta > 0 then null else coalesce(o.unreferenced_at, now()) end
     from held join delta using (sha256) where o.sha256 = held.sha256`,
    [JSON.stringify(rows)],
  );
}

function selected(db: Connection, { state, unreferencedBefore, lacking }: ListImageObjectsOptions) {
  const query = rowsOf(ImageObjectRow, db);
  if (state !== undefined) query.where('state', state);
  if (unreferencedBefore !== undefined) query.whereNotNull('unreferenced_at').where('unreferenced_at', '<', unreferencedBefore);
  if (lacking !== undefined) {
    const made = rowsOf(ImageVariantRow, db).where({ recipe: lacking.recipe, recipe_hash: lacking.recipeHash }).whereColumn('image_variants.sha256', 'image_objects.sha256');
    query.where('state', 'live').whereNotExists(made);
  }
  return query;
}

function toImageObject(row: ImageObjectRow): ImageObject {
  return {
    sha256: row.sha256,
    key: row.key,
    sizeBytes: Number(row.size_bytes),
    widthPx: row.width_px,
    heightPx: row.height_px,
    format: row.format,
    perceptualHash: row.perceptual_hash,
    thumbhash: row.thumbhash,
    dominantColour: row.dominant_colour,
    frames: row.frames,
    trailingBytes: row.trailing_bytes === null ? null : Number(row.trailing_bytes),
    hasGps: row.has_gps,
    referenceCount: Number(row.reference_count),
    state: row.state,
    unreferencedAt: row.unreferenced_at,
    createdAt: row.created_at,
    variants: (row.variants ?? []).map((each) => ({
      recipe: each.recipe, recipeHash: each.recipe_hash, key: each.key, sha256: each.variant_sha256,
      sizeBytes: Number(each.size_bytes), widthPx: each.width_px, heightPx: each.height_px, format: each.format,
    })),
  };
}
