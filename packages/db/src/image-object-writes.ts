import type { Transaction } from './connection.ts';
import type { ImageVariant, NewImageObject } from './image-objects.ts';
import { quoteName } from './quote-name.ts';

/** An insert that meets a row locks it, also where it changes nothing. */
export async function upsertObjects(trx: Transaction, objects: readonly NewImageObject[]): Promise<void> {
  if (objects.length === 0) return;
  const distinct = [...new Map(objects.map((each) => [each.sha256, each])).values()];
  const rows = distinct.map(({ thumbhash = null, sha256, key, sizeBytes, widthPx, heightPx, format, perceptualHash, dominantColour, frames, trailingBytes, hasGps }) => ({
    sha256, key, sizeBytes, widthPx, heightPx, format, perceptualHash, dominantColour, frames, trailingBytes, hasGps, thumbhash: thumbhash && Buffer.from(thumbhash).toString('hex'),
  }));
  await trx.knex.raw(
    `insert into ${quoteName(trx.schema)}.image_objects as held (sha256, key, size_bytes, width_px, height_px, format, perceptual_hash, thumbhash, dominant_colour, frames, trailing_bytes, has_gps, unreferenced_at)
     select sha256, key, "sizeBytes", "widthPx", "heightPx", format, "perceptualHash", decode(thumbhash, 'hex'), "dominantColour", frames, "trailingBytes", "hasGps", now()
     from jsonb_to_recordset(?::jsonb) as t (sha256 text, key text, "sizeBytes" bigint, "widthPx" integer, "heightPx" integer, format text, "perceptualHash" text, thumbhash text,
       "dominantColour" text, frames integer, "trailingBytes" bigint, "hasGps" boolean) order by sha256
     on conflict (sha256) do update set state = 'live', key = excluded.key, updated_at = now(),
       perceptual_hash = coalesce(excluded.perceptual_hash, held.perceptual_hash), thumbhash = coalesce(excluded.thumbhash, held.thumbhash),
       dominant_colour = coalesce(excluded.dominant_colour, held.dominant_colour), frames = coalesce(excluded.frames, held.frames),
       trailing_bytes = coalesce(excluded.trailing_bytes, held.trailing_bytes), has_gps = coalesce(excluded.has_gps, held.has_gps)
     where held.state <> 'live' or held.key <> excluded.key
       or (held.perceptual_hash is null and excluded.perceptual_hash is not null) or (held.thumbhash is null and excluded.thumbhash is not null)`,
    [JSON.stringify(rows)],
  );
}

export async function upsertVariants(trx: Transaction, objects: readonly { readonly sha256: string; readonly variants?: readonly ImageVariant[] }[]): Promise<void> {
  const rows = objects.flatMap(({ sha256, variants = [] }) => variants.map((each) => ({
    sha256, recipe: each.recipe, recipe_hash: each.recipeHash, key: each.key, variant_sha256: each.sha256,
    size_bytes: each.sizeBytes, width_px: each.widthPx, height_px: each.heightPx, format: each.format,
  })));
  const distinct = [...new Map(rows.map((row) => [`${row.sha256} ${row.recipe}`, row])).values()];
  if (distinct.length === 0) return;
  await trx.knex.raw(
    `insert into ${quoteName(trx.schema)}.image_variants as held (sha256, recipe, recipe_hash, key, variant_sha256, size_bytes, width_px, height_px, format)
     select * from jsonb_to_recordset(?::jsonb) as t (sha256 text, recipe text, recipe_hash text, key text, variant_sha256 text, size_bytes bigint, width_px integer, height_px integer, format text) order by sha256, recipe
     on conflict (sha256, recipe) do update set recipe_hash = excluded.recipe_hash, key = excluded.key, variant_sha256 = excluded.variant_sha256,
       size_bytes = excluded.size_bytes, width_px = excluded.width_px, height_px = excluded.height_px, format = excluded.format, created_at = now()
     where (held.recipe_hash, held.key, held.variant_sha256) is distinct from (excluded.recipe_hash, excluded.key, excluded.variant_sha256)`,
    [JSON.stringify(distinct)],
  );
}
