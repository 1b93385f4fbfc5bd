import { SyncError, throwIfAborted } from '@1688/core';
import { acceptHeader, acceptStructure } from './accepted-picture.ts';
import type { DecodeLimits, Decoder } from './decoder.ts';

/**
 * Looks at a file's structure only, for machines on which sharp does not run: complete by its own end mark, of an accepted size. Makes no
 * variants, no hashes and no placeholder; damage within the pixels stays unseen until the picture is decoded elsewhere.
 */
export function structureDecoder(limits: DecodeLimits = {}): Decoder {
  return {
    async decode(bytes, _recipes, { signal } = {}) {
      throwIfAborted(signal, 'Reading a picture');
      const { format, header } = acceptHeader(bytes, limits);
      const { completeness, frames, trailingBytes, exif } = acceptStructure(format, bytes, limits);
      if (completeness === 'odd' || !header) throw new SyncError('IMAGE_CORRUPT', `Expected a ${format} picture, received one whose parts cannot be told apart.`);
      const [widthPx, heightPx] = exif.orientation < 5 ? [header.widthPx, header.heightPx] : [header.heightPx, header.widthPx];
      return { format, widthPx, heightPx, thumbhash: null, perceptualHash: null, dominantColour: null, frames, trailingBytes, hasGps: exif.hasGps, variants: [] };
    },
    close: async () => {},
  };
}
