import { compareMoney } from './money.ts';

/** `35.00`, or `31.50 – 35.00`, in yuan; null while no price is known. */
export function priceRangeText({ priceMinCny, priceMaxCny }: { readonly priceMinCny?: string | null; readonly priceMaxCny?: string | null }): string | null {
  const [low, high] = [priceMinCny ?? priceMaxCny ?? null, priceMaxCny ?? priceMinCny ?? null];
  if (low === null || high === null) return null;
  return compareMoney(low, high) === 0 ? low : `${low} – ${high}`;
}

/** True for what can be ordered as far as we know: neither removed nor delisted (下架), and not told to be out of stock. */
export function isAvailable({ deletedAt = null, delistedAt = null, stockQuantity = null }: { readonly deletedAt?: Date | null; readonly delistedAt?: Date | null; readonly stockQuantity?: number | null }): boolean {
  return deletedAt === null && delistedAt === null && stockQuantity !== 0;
}

/** Width divided by height, such as 1.5 for 3:2. @param image its sides in pixels, each at least 1 */
export function aspectRatio({ widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }): number {
  return widthPx / heightPx;
}
