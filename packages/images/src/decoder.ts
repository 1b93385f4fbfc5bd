import type { FetchOptions } from './fetcher.ts';
import type { ImageFormat } from './image-format.ts';
import type { Recipe } from './recipe.ts';

/** What decoding tells of a picture whose every pixel was read. */
export interface DecodedImage {
  readonly format: ImageFormat;
  /** Upright, as a viewer shows it. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** A placeholder of about 25 bytes (thumbhash); null where nothing was decoded (`decode: 'none'`). */
  readonly thumbhash: Uint8Array | null;
  /** 16 hexadecimal digits; pictures that look alike differ in few bits. Null where nothing was decoded. */
  readonly perceptualHash: string | null;
  /** The most frequent colour as `#rrggbb`; null where all is transparent or nothing was decoded. */
  readonly dominantColour: string | null;
  /** Pictures of an animation, of which the first was decoded; 1 where nothing moves. */
  readonly frames: number;
  /** Bytes behind the picture's own end: another file may hide there. Variants have none. */
  readonly trailingBytes: number;
  /** Whether the bytes say where the picture was taken. */
  readonly hasGps: boolean;
  readonly variants: readonly MadeVariant[];
}

export interface MadeVariant {
  readonly recipe: string;
  readonly recipeHash: string;
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: ImageFormat;
}

export interface DecodeLimits {
  /** Formats that are decoded. Default JPEG, PNG, WebP, GIF (its first frame). */
  readonly formats?: readonly ImageFormat[];
  /** Default 50,000,000. */
  readonly maxPixels?: number;
  /** Longest side. Default 16,384. */
  readonly maxSidePx?: number;
  /** What a decoder may have to hold at once of a picture that does not come row by row (progressive JPEG, interlaced PNG, WebP, GIF, AVIF). Default 268,435,456. */
  readonly maxHeldBytes?: number;
  /** Default 10,000. */
  readonly maxFrames?: number;
  /** For one picture with its variants. Default 10,000. */
  readonly timeoutMs?: number;
}

/** Reads pictures in this process or in others. */
export interface Decoder {
  /**
   * @throws IMAGE_TYPE, IMAGE_EMPTY, IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_PIXELS, IMAGE_FRAMES, IMAGE_TIMEOUT, IMAGE_CRASH;
   *   FEATURE_UNAVAILABLE when sharp does not run on this machine
   */
  decode(bytes: Uint8Array, recipes: readonly Recipe[], options?: FetchOptions): Promise<DecodedImage>;
  close(): Promise<void>;
}
