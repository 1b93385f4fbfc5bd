import sharp from 'sharp';

/** A picture with coarse shapes and fine noise, so that it neither compresses to nothing nor looks like another seed's. */
export function picture({ widthPx = 320, heightPx = 240, seed = 1, alpha = false }: { widthPx?: number; heightPx?: number; seed?: number; alpha?: boolean } = {}) {
  const channels = alpha ? 4 : 3;
  const pixels = Buffer.alloc(widthPx * heightPx * channels);
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const wave = 110 + 100 * Math.sin((x * (1 + seed)) / widthPx * 6 + seed) * Math.cos((y * 5) / heightPx + seed);
      for (let channel = 0; channel < channels; channel += 1) {
        const value = channel === 3 ? (x * 255) / widthPx : wave + channel * 9 + ((x * 7919 + y * 104_729 + seed) % 17);
        pixels[(y * widthPx + x) * channels + channel] = value;
      }
    }
  }
  return sharp(pixels, { raw: { width: widthPx, height: heightPx, channels } });
}

export const formats = {
  jpeg: () => picture().jpeg().toBuffer(),
  progressive: () => picture().jpeg({ progressive: true }).toBuffer(),
  png: () => picture({ widthPx: 90, heightPx: 60 }).png().toBuffer(),
  interlaced: () => picture({ widthPx: 90, heightPx: 60 }).png({ progressive: true }).toBuffer(),
  webp: () => picture().webp().toBuffer(),
  gif: () => picture({ widthPx: 90, heightPx: 60 }).gif().toBuffer(),
} as const;
