import { bitsOf } from './hash-index.ts';
import type { Pixels } from './pixels.ts';

const columns = 9;
const rows = 8;

/** Differences up to this are noise: without a dead zone, plain areas would give bits by chance. */
const noise = 1;

/**
 * Difference hash: 64 bits that say for each of 8 rows where brightness rises from cell to cell, by more than noise. Plain pictures
 * have few ones or none, and say nothing about what resembles them.
 * @returns 16 hexadecimal digits
 */
export function perceptualHashOf(pixels: Pixels): string {
  const grey = cells(pixels);
  let bits = 0n;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns - 1; column += 1) {
      const at = row * columns + column;
      bits = (bits << 1n) | ((grey[at + 1] ?? 0) - (grey[at] ?? 0) > noise ? 1n : 0n);
    }
  }
  return bits.toString(16).padStart(16, '0');
}

/** How many of 64 bits differ; up to about 6 is the same picture in another size or compression, or with a mark or a little cropped. */
export function hashDistance(a: string, b: string): number {
  return bitsOf(word(a, 0) ^ word(b, 0)) + bitsOf(word(a, 8) ^ word(b, 8));
}

function word(hash: string, from: number): number {
  return Number.parseInt(hash.slice(from, from + 8), 16) | 0;
}

/** Mean brightness of 9 × 8 equal cells, on white where pixels are transparent; a pixel on a border counts to both cells by its share. */
function cells({ rgba, widthPx, heightPx }: Pixels): Float64Array {
  const across = shares(widthPx, columns);
  const down = shares(heightPx, rows);
  const means = new Float64Array(columns * rows);
  for (const { cell: row, pixel: y, share: high } of down) {
    for (const { cell: column, pixel: x, share: wide } of across) {
      const at = (y * widthPx + x) * 4;
      const grey = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
      const opacity = (rgba[at + 3] ?? 255) / 255;
      means[row * columns + column]! += high * wide * (grey * opacity + 255 * (1 - opacity));
    }
  }
  return means;
}

/** Which pixels lie in which of so many equal cells, and how large a share of the cell each fills. */
function shares(pixels: number, parts: number): { readonly cell: number; readonly pixel: number; readonly share: number }[] {
  const size = pixels / parts;
  return Array.from({ length: parts }, (_, cell) => cell).flatMap((cell) => {
    const [start, end] = [cell * size, (cell + 1) * size];
    const [first, last] = [Math.floor(start), Math.min(pixels, Math.ceil(end - 1e-9))];
    return Array.from({ length: Math.max(1, last - first) }, (_, n) => {
      const pixel = Math.min(pixels - 1, first + n);
      return { cell, pixel, share: (Math.min(end, pixel + 1) - Math.max(start, pixel)) / size };
    });
  });
}
