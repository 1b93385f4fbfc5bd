import { SyncError } from '@1688/core';
import { structureOf, type FileStructure } from './completeness.ts';
import type { DecodeLimits } from './decoder.ts';
import { sniffFormat, sniffOther, usualFormats, type ImageFormat } from './image-format.ts';
import { readHeader, type ImageHeader } from './image-header.ts';

/**
 * What a picture's first bytes tell; nothing is decoded, so that a huge or foreign file costs nothing.
 * @returns the header, or null where the first bytes do not hold its size, which the decoder then judges
 * @throws IMAGE_EMPTY, IMAGE_TYPE, IMAGE_PIXELS, IMAGE_CORRUPT
 */
export function acceptHeader(bytes: Uint8Array, limits: DecodeLimits): { readonly format: ImageFormat; readonly header: ImageHeader | null } {
  const { formats = usualFormats } = limits;
  if (bytes.length === 0) throw new SyncError('IMAGE_EMPTY', 'Expected a picture, received no bytes.');
  const format = sniffFormat(bytes);
  if (format === null || !formats.includes(format)) {
    throw new SyncError('IMAGE_TYPE', `Expected a picture of the formats ${formats.join(', ')}, received ${format ?? sniffOther(bytes)}.`);
  }
  const header = readHeader(format, bytes);
  if (header) checkSize(format, header, limits);
  return { format, header };
}

/** @throws IMAGE_TRUNCATED, IMAGE_FRAMES */
export function acceptStructure(format: ImageFormat, bytes: Uint8Array, { maxFrames = 10_000 }: DecodeLimits): FileStructure {
  const structure = structureOf(format, bytes);
  if (structure.completeness === 'cut') throw truncated(format);
  if (structure.frames > maxFrames) throw new SyncError('IMAGE_FRAMES', `Expected a picture of at most ${maxFrames} frames, received ${structure.frames}.`);
  return structure;
}

function checkSize(format: ImageFormat, { widthPx, heightPx, heldBytes }: ImageHeader, { maxPixels = 50_000_000, maxSidePx = 16_384, maxHeldBytes = 268_435_456 }: DecodeLimits): void {
  const size = `${widthPx}×${heightPx}`;
  if (widthPx === 0 || heightPx === 0) throw new SyncError('IMAGE_CORRUPT', `Expected a ${format} picture, received one of ${size} pixels.`);
  if (Math.max(widthPx, heightPx) > maxSidePx) throw new SyncError('IMAGE_PIXELS', `Expected sides of at most ${maxSidePx} pixels, received ${size}.`);
  if (widthPx * heightPx > maxPixels) throw new SyncError('IMAGE_PIXELS', `Expected at most ${maxPixels} pixels, received ${size}.`);
  if (heldBytes > maxHeldBytes) throw new SyncError('IMAGE_PIXELS', `Expected a picture that decodes within ${maxHeldBytes} bytes of memory, received one of ${size} pixels that needs ${Math.ceil(heldBytes)}.`);
}

export function truncated(format: ImageFormat, cause?: unknown): SyncError {
  return new SyncError('IMAGE_TRUNCATED', `Expected a whole ${format} picture, received one that ends too early.`, { retryable: true, hint: 'Fetch it again.', cause });
}
