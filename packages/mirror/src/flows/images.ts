import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { SyncError, isSyncError, throwIfAborted, type FlowOptions, type ImageRole, type ImageState } from '@1688/core';
import { imageObjects, quoteName, type ImageObject } from '@1688/db';
import type { Mirror } from '../open-mirror.ts';

export const imageShapes = ['square', 'landscape', 'portrait', 'strip'] as const;
/** `square`: sides within 5 % · `strip`: one side at least three times the other, as long detail pictures are. */
export type ImageShape = (typeof imageShapes)[number];

export const imageKinds = ['own', 'shared', 'notice'] as const;
/**
 * By who shows it: `own`: products of one supplier · `shared`: of several, so perhaps the same goods · `notice`: in the descriptions of
 * five products or three suppliers, as size charts (尺码表) and notices (公告) are.
 */
export type ImageKind = (typeof imageKinds)[number];

/** One picture of one product, with its download state. */
export interface ListedImage {
  readonly id: string;
  readonly offerId: string;
  readonly role: ImageRole;
  readonly position: number;
  readonly url: string;
  readonly state: ImageState;
  readonly sha256: string | null;
  readonly attempts: number;
  readonly errorCode: string | null;
  readonly nextAttemptAt: Date | null;
  /** What is known once it is stored; null before. */
  readonly format: string | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly shape: ImageShape | null;
  readonly kind: ImageKind | null;
}

export interface ListImagesOptions {
  readonly state?: ImageState | undefined;
  readonly product?: string | undefined;
  readonly supplier?: string | undefined;
  readonly role?: ImageRole | undefined;
  readonly shape?: ImageShape | undefined;
  readonly kind?: ImageKind | undefined;
  /** Such as `jpeg`. */
  readonly format?: string | undefined;
  /** Only pictures that failed with this code. */
  readonly code?: string | undefined;
  /** Only pictures after the one with this id. */
  readonly after?: string | undefined;
  /** Default 50. */
  readonly limit?: number;
}

const shapeOf = `case when o.width_px >= 3 * o.height_px or o.height_px >= 3 * o.width_px then 'strip'
  when abs(o.width_px - o.height_px) <= 0.05 * greatest(o.width_px, o.height_px) then 'square' when o.width_px > o.height_px then 'landscape' else 'portrait' end`;
const kindOf = `case when shown.products >= 5 or shown.described >= 3 then 'notice' when shown.suppliers >= 2 then 'shared' else 'own' end`;

/** Pictures of products with their download state, and their class (分类), in order of id. */
export async function listImages({ db }: Mirror, options: ListImagesOptions = {}): Promise<readonly ListedImage[]> {
  const { limit = 50, state, product, supplier, role, shape, kind, format, code, after } = options;
  if (after !== undefined && !/^\d{1,18}$/.test(after)) throw new SyncError('ARGUMENT_INVALID', `Expected a cursor from the page before, received ${JSON.stringify(after)}.`, { hint: 'Leave it out to start at the first page.' });
  const s = quoteName(db.schema);
  const { rows } = await db.knex.raw<{ rows: ListedImage[] }>(
    `select i.id::text, p.source_id as "offerId", i.role, i.position, i.url, i.state, i.sha256, i.attempts, i.error_code as "errorCode", i.next_attempt_at as "nextAttemptAt",
       o.format, o.width_px as "widthPx", o.height_px as "heightPx", case when o.sha256 is not null then ${shapeOf} end as shape, case when o.sha256 is not null then ${kindOf} end as kind
     from ${s}.product_images i join ${s}.products p on p.id = i.product_id and p.deleted_at is null left join ${s}.image_objects o on o.sha256 = i.sha256
       cross join lateral (
         select count(distinct q.id) filter (where r.role = 'description') as products, count(distinct q.supplier_id) filter (where r.role = 'description') as described, count(distinct q.supplier_id) as suppliers
         from ${s}.product_images r join ${s}.products q on q.id = r.product_id and q.deleted_at is null where r.sha256 = o.sha256 and r.deleted_at is null) as shown
     where i.deleted_at is null and (cast(:after as bigint) is null or i.id > :after) and (cast(:state as text) is null or i.state = :state) and (cast(:product as text) is null or p.source_id = :product)
       and (cast(:supplier as text) is null or p.supplier_id = (select id from ${s}.suppliers where source_id = :supplier)) and (cast(:role as text) is null or i.role = :role)
       and (cast(:code as text) is null or i.error_code = :code) and (cast(:format as text) is null or o.format = :format)
       and (cast(:shape as text) is null or ${shapeOf} = :shape) and (cast(:kind as text) is null or (o.sha256 is not null and ${kindOf} = :kind))
     order by i.id limit :limit`,
    { limit, state: state ?? null, product: product ?? null, supplier: supplier ?? null, role: role ?? null, shape: shape ?? null, kind: kind ?? null, format: format ?? null, code: code ?? null, after: after ?? null } as never);
  return rows;
}

/** One stored picture, with its variants; `file` gets its bytes. @throws NOT_FOUND, STORAGE_OBJECT_MISSING */
export async function getImage(mirror: Mirror, sha256: string, options: { readonly variant?: string | undefined; readonly file?: string | undefined } = {}): Promise<ImageObject & { readonly file: string | null }> {
  const image = await imageObjects(mirror.db).find(sha256.toLowerCase());
  if (!image) throw new SyncError('NOT_FOUND', `Expected a stored picture with the SHA-256 ${JSON.stringify(sha256)}, found none.`, { hint: 'List them with "1688sync images list --state stored".' });
  if (options.file !== undefined) {
    const { body } = await mirror.storage.get(keyOf(image, options.variant));
    await pipeline(Readable.from(body), createWriteStream(options.file));
  }
  return { ...image, file: options.file ?? null };
}

/** Storage key of a picture or one of its variants. @throws NOT_FOUND */
export function keyOf(image: ImageObject, variant: string | undefined): string {
  if (variant === undefined) return image.key;
  const made = image.variants.find((each) => each.recipe === variant);
  if (made) return made.key;
  throw new SyncError('NOT_FOUND', `Expected the variant ${JSON.stringify(variant)} of ${image.sha256}, found ${image.variants.map((each) => each.recipe).join(', ') || 'none'}.`, { hint: 'Variants are made when a picture is pulled.' });
}

export interface VerifyImagesResult {
  readonly checked: number;
  readonly damaged: readonly { readonly key: string; readonly code: string }[];
}

/** Reads every object that the database knows, originals and variants, and compares it with its SHA-256. Constant memory but for what is damaged. */
export async function verifyImages(mirror: Mirror, { signal, onProgress }: FlowOptions = {}): Promise<VerifyImagesResult> {
  const damaged: { key: string; code: string }[] = [];
  let checked = 0;
  for await (const image of imageObjects(mirror.db).list()) {
    for (const { key, sha256 } of [image, ...image.variants]) {
      throwIfAborted(signal, 'Verifying pictures');
      const code = await faultOf(mirror, key, sha256);
      if (code !== null) damaged.push({ key, code });
      checked += 1;
      onProgress?.({ done: checked, unit: 'objects' });
    }
  }
  return { checked, damaged };
}

async function faultOf({ storage }: Mirror, key: string, sha256: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    const { body } = await storage.get(key);
    for await (const chunk of body) hash.update(chunk);
  } catch (error) {
    // Only what says something about this object is a finding; a store that cannot be reached ends the run.
    if (isSyncError(error) && (error.code === 'STORAGE_OBJECT_MISSING' || error.code === 'STORAGE_CORRUPT')) return error.code;
    throw error;
  }
  return hash.digest('hex') === sha256 ? null : 'STORAGE_CORRUPT';
}
