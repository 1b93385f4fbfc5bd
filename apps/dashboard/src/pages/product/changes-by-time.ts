interface Point {
  readonly observedAt: string;
  readonly skuId: string | null;
  readonly field: string;
  readonly value: unknown;
}
type ListingKind = 'delisted' | 'relisted' | 'removed' | 'restored';

export interface ChangesAtTime {
  readonly at: string;
  /** Of the offer itself. */
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
  /** How many values of SKUs became others. */
  readonly skuChanges: number;
  readonly listed: readonly ListingKind[];
}

/** Turns points, each the beginning of a value, into what changed at each time; first sights are no changes. The newest first. */
export function changesByTime(points: readonly Point[], listing: readonly { readonly kind: ListingKind; readonly observedAt: string }[]): ChangesAtTime[] {
  const times = new Map<string, { changes: { field: string; before: unknown; after: unknown }[]; skuChanges: number; listed: ListingKind[] }>();
  const timeAt = (at: string) => {
    const time = times.get(at) ?? { changes: [], skuChanges: 0, listed: [] };
    times.set(at, time);
    return time;
  };
  const last = new Map<string, unknown>();
  for (const { observedAt, skuId, field, value } of points.toSorted((a, b) => Date.parse(a.observedAt) - Date.parse(b.observedAt))) {
    const key = `${field} ${skuId ?? ''}`;
    if (last.has(key)) {
      if (skuId === null) timeAt(observedAt).changes.push({ field, before: last.get(key), after: value });
      else timeAt(observedAt).skuChanges += 1;
    }
    last.set(key, value);
  }
  for (const { kind, observedAt } of listing) timeAt(observedAt).listed.push(kind);
  return [...times].map(([at, time]) => ({ at, ...time })).toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
