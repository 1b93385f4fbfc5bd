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
  /** About 25 bytes that paint a placeholder (thumbhash). */
  readonly thumbhash: Uint8Array;
  /** 16 hexadecimal digits; see `hashDistance`. */
  readonly perceptualHash: string;
  readonly variants: readonly StoredVariant[];
  /** False when the same bytes were stored already. */
  readonly created: boolean;
  /** The address exactly as it was given; empty for bytes that were not fetched. */
  readonly sourceUrl: string;
  /** The origin's marks for asking again (see `refresh`), or null. */
  readonly etag: string | null;
  readonly lastModified: string | null;
}
