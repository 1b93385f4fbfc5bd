export const changeKinds = ['created', 'updated', 'delisted', 'relisted', 'removed', 'restored'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** One entry of the change feed. Entries with a higher `seq` were committed later. */
export interface Change {
  readonly seq: bigint;
  readonly entity: 'product' | 'supplier';
  readonly sourceId: string;
  readonly kind: ChangeKind;
  /** Field → what it was and is. A created entity lists no fields. */
  readonly fields: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
  readonly syncRecordId: string | null;
  readonly changedAt: Date;
}
