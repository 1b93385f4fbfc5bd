import type { ImageFormat } from './image-format.ts';

/** One variant as it lies in the storage. */
export interface StoredVariant {
  readonly recipe: string;
  /** Differs from `recipeHash(recipe)` once the recipe was changed: then the variant is out of date. */
  readonly recipeHash: string;
  readonly key: string;
  /** Of the variant's own bytes. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: ImageFormat;
}

/** One picture as it lies in the storage, decoded in full before. */
export interface StoredImage {
  readonly key: string;
  /** 64 hexadecimal digits of the original's bytes. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Upright, as a viewer shows it. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: ImageFormat;
  /** What the bytes are, whatever the origin called them. */
  readonly contentType: string;
  /** What the origin called it (`image/png`), when that is another type; else null. */
  readonly mislabelledAs: string | null;
  /** About 25 bytes that paint a placeholder (thumbhash); null where nothing was decoded (`decode: 'none'`). */
  readonly thumbhash: Uint8Array | null;
  /** 16 hexadecimal digits, see `hashDistance`; null where nothing was decoded. */
  readonly perceptualHash: string | null;
  /** The most frequent colour as `#rrggbb`; null where all is transparent or nothing was decoded. */
  readonly dominantColour: string | null;
  /** Pictures of an animation, of which variants show the first; 1 where nothing moves. */
  readonly frames: number;
  /** Bytes behind the picture's own end, which the original keeps unless `stripMetadata` is set: another file may hide there. */
  readonly trailingBytes: number;
  /** Whether the stored original says where the picture was taken. */
  readonly hasGps: boolean;
  readonly variants: readonly StoredVariant[];
  /** False when the same bytes were stored already. */
  readonly created: boolean;
  /** The address exactly as it was given; empty for bytes that were not fetched. */
  readonly sourceUrl: string;
  /** The origin's marks for asking again (see `refresh`), or null. */
  readonly etag: string | null;
  readonly lastModified: string | null;
}
