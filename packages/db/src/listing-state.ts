import type { RecordKind } from '@1688/core';
import type { FieldValue } from './columns.ts';

/** Why an offer counts as delisted (下架). Times are ISO text, as they are stored. */
export type DelistingEvidence = StatusEvidence | ScanEvidence;

/** The source said so. */
export interface StatusEvidence {
  readonly kind: 'status';
  /** The source's own word. */
  readonly status: string;
  readonly told: RecordKind;
  readonly profile: string;
  readonly observedAt: string;
  readonly syncRecordId: string;
}

/** Completed full scans of a scope missed it, one after the other. */
export interface ScanEvidence {
  readonly kind: 'scan';
  readonly scope: string;
  /** Oldest first. */
  readonly misses: readonly { readonly syncRecordId: string; readonly observedAt: string }[];
}

/** Whether the source still offers a product. */
export interface ListingState {
  /** Since when it does not, or null. */
  readonly delistedAt: Date | null;
  readonly evidence: DelistingEvidence | null;
}

/** A field that syncs leave as the user wants it. */
export interface FieldLock {
  /** ISO text. */
  readonly lockedAt: string;
  /** What the source said of it last, and when (see `markOf`); null where nothing was told, and for lists, whose documents alone tell it. */
  readonly source: { readonly value: FieldValue; readonly mark: number } | null;
}

/** By field, as `@1688/core` spells it. */
export type FieldLocks = Readonly<Record<string, FieldLock>>;

export const listed: ListingState = { delistedAt: null, evidence: null };
