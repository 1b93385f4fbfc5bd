import type { RecordKind } from '@1688/core';

const pageBits = 65_536;

/** Which products a run has met, by kind of record. */
export interface SeenProducts {
  /** @param id our id, or null for a product that has no row (yet): a new one, or one of a dry run */
  has(kind: RecordKind, id: string | null, offerId: string): boolean;
  add(kind: RecordKind, id: string | null, offerId: string): void;
}

/** One bit for each of our ids, so that a million offers cost 125 kB; only a dry run, which gets no ids, remembers texts. */
export function seenProducts(): SeenProducts {
  const pages = new Map<string, Uint8Array>();
  const withoutId = new Set<string>();
  return {
    has(kind, id, offerId) {
      if (withoutId.has(`${kind} ${offerId}`)) return true;
      if (id === null) return false;
      const { key, byte, bit } = place(kind, id);
      return ((pages.get(key)?.[byte] ?? 0) & bit) !== 0;
    },
    add(kind, id, offerId) {
      if (id === null) {
        withoutId.add(`${kind} ${offerId}`);
        return;
      }
      const { key, byte, bit } = place(kind, id);
      const page = pages.get(key) ?? new Uint8Array(pageBits / 8);
      page[byte] = (page[byte] ?? 0) | bit;
      pages.set(key, page);
    },
  };
}

/** What a run has met, and what some more records tell of. */
export function withMore(seen: SeenProducts, records: readonly { readonly kind: RecordKind; readonly offerId: string }[]): SeenProducts {
  const more = new Set(records.map(({ kind, offerId }) => `${kind} ${offerId}`));
  return { ...seen, has: (kind, id, offerId) => more.has(`${kind} ${offerId}`) || seen.has(kind, id, offerId) };
}

function place(kind: RecordKind, id: string): { key: string; byte: number; bit: number } {
  const number = Number(id);
  const offset = number % pageBits;
  return { key: `${kind} ${Math.floor(number / pageBits)}`, byte: offset >> 3, bit: 1 << (offset & 7) };
}
