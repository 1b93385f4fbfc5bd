import type { ImageRole, PriceTier, RecordKind } from '@1688/core';
import type { FieldValues } from './columns.ts';
import type { FieldLocks, ListingState } from './listing-state.ts';
import type { ObservedGroup } from './observed-groups.ts';
import type { ToldTimes } from './told-times.ts';

/** What the tables hold of one product, in normal spelling. Whoever makes a new state of one shares what did not change. */
export interface ProductState {
  /** Our id, or null while the row does not exist. */
  readonly id: string | null;
  readonly offerId: string;
  readonly supplierId: string | null;
  readonly fields: FieldValues;
  /** Product-wide tiers, by rising quantity. */
  readonly tiers: readonly PriceTier[];
  readonly skus: readonly SkuState[];
  readonly images: readonly ProductImageState[];
  readonly observed: Readonly<Record<ObservedGroup, Date | null>>;
  /** When each part of the product itself was last told. */
  readonly told: ToldTimes;
  /** What the product's row stores for its SKUs: a row of a SKU whose times are these stores none. */
  readonly skuTold: ToldTimes;
  readonly kinds: Readonly<Record<RecordKind, KindState>>;
  readonly firstObservedAt: Date | null;
  readonly listing: ListingState;
  /** Null for a product without locks. */
  readonly locks: FieldLocks | null;
}

/** The last record of one kind. */
export interface KindState {
  readonly hash: Buffer | null;
  readonly observedAt: Date | null;
}

export interface SkuState {
  readonly id: string | null;
  readonly skuId: string;
  readonly position: number;
  readonly fields: FieldValues;
  readonly tiers: readonly PriceTier[];
  readonly told: ToldTimes;
  /** True when the source no longer lists it. */
  readonly deleted: boolean;
}

export interface ProductImageState {
  readonly id: string | null;
  readonly role: ImageRole;
  readonly position: number;
  readonly url: string;
  readonly canonicalUrl: string;
  /** The mark of the last list that shows it; NaN where that is not known. */
  readonly told: number;
  readonly deleted: boolean;
}
