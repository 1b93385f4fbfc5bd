const pageBits = 65_536;

/** Our ids of products as one bit each: a million of them cost 125 kB. Ids are whole numbers up to 2^53. */
export interface ProductIdSet {
  readonly size: number;
  has(id: string): boolean;
  add(id: string): void;
  /** Rising. */
  values(): Generator<string, void>;
}

export function productIdSet(): ProductIdSet {
  const pages = new Map<number, Uint8Array>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    has(id) {
      const { page, byte, bit } = placeOf(id);
      return ((pages.get(page)?.[byte] ?? 0) & bit) !== 0;
    },
    add(id) {
      const { page, byte, bit } = placeOf(id);
      const bits = pages.get(page) ?? new Uint8Array(pageBits / 8);
      if ((bits[byte]! & bit) !== 0) return;
      bits[byte]! |= bit;
      pages.set(page, bits);
      size += 1;
    },
    *values() {
      for (const [page, bits] of [...pages].toSorted(([a], [b]) => a - b)) {
        for (const [byte, value] of bits.entries()) {
          for (let bit = 0; value >> bit > 0; bit += 1) if ((value >> bit) & 1) yield String(page * pageBits + byte * 8 + bit);
        }
      }
    },
  };
}

function placeOf(id: string): { readonly page: number; readonly byte: number; readonly bit: number } {
  const number = Number(id);
  const offset = number % pageBits;
  return { page: Math.floor(number / pageBits), byte: offset >> 3, bit: 1 << (offset & 7) };
}
