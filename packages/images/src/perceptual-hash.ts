export const hashWidthPx = 9;
export const hashHeightPx = 8;

/**
 * Difference hash: 64 bits that say for each of 8 rows where brightness rises from pixel to pixel.
 * @param grey 9 × 8 grey values, row by row
 * @returns 16 hexadecimal digits
 */
export function differenceHash(grey: Uint8Array): string {
  let bits = 0n;
  for (let row = 0; row < hashHeightPx; row += 1) {
    for (let column = 0; column < hashWidthPx - 1; column += 1) {
      const at = row * hashWidthPx + column;
      bits = (bits << 1n) | ((grey[at] ?? 0) < (grey[at + 1] ?? 0) ? 1n : 0n);
    }
  }
  return bits.toString(16).padStart(16, '0');
}

/** How many of 64 bits differ; up to about 8 is the same picture in another size or compression. */
export function hashDistance(a: string, b: string): number {
  let different = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; different > 0n; different &= different - 1n) count += 1;
  return count;
}
