import type { Pixels } from './pixels.ts';

/**
 * The colour that most pixels have or come near to: the mean of the fullest of 4,096 equal cells of the colour space.
 * @returns `#rrggbb`, or null when every pixel is more transparent than not
 */
export function dominantColourOf({ rgba }: Pixels): string | null {
  const counts = new Uint32Array(4_096);
  let fullest = -1;
  for (let at = 0; at < rgba.length; at += 4) {
    if (!isSeen(rgba, at)) continue;
    const cell = cellOf(rgba, at);
    counts[cell]! += 1;
    if (fullest === -1 || counts[cell]! > counts[fullest]!) fullest = cell;
  }
  return fullest === -1 ? null : meanOf(rgba, fullest);
}

function meanOf(rgba: Uint8Array, cell: number): string {
  const sums = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < rgba.length; at += 4) {
    if (!isSeen(rgba, at) || cellOf(rgba, at) !== cell) continue;
    count += 1;
    for (let channel = 0; channel < 3; channel += 1) sums[channel]! += rgba[at + channel]!;
  }
  return `#${sums.map((sum) => Math.round(sum / count).toString(16).padStart(2, '0')).join('')}`;
}

function isSeen(rgba: Uint8Array, at: number): boolean {
  return rgba[at + 3]! >= 128;
}

/** The four highest bits of each channel. */
function cellOf(rgba: Uint8Array, at: number): number {
  return ((rgba[at]! >> 4) << 8) | ((rgba[at + 1]! >> 4) << 4) | (rgba[at + 2]! >> 4);
}
