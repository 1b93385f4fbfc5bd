import { hash as digest } from 'node:crypto';
import {
  isSoundProduct, isSyncError, parseProduct, parseProductUpdate, type Outcome, type ProductRecord, type ProductUpdate, type RecordKind, type RejectedRecord, type SyncError,
} from '@1688/core';
import { storable } from '@1688/db';
import { packDocument } from './payload-frame.ts';
import { canonicalText, toldProduct, type ToldProduct } from './told-product.ts';

/** A record made ready outside the transaction: normal spelling and both hashes. */
export interface PreparedRecord {
  readonly offerId: string;
  /** Read only where something is to be written: it may be parsed as late as that. */
  readonly told: ToldProduct;
  readonly kind: RecordKind;
  readonly observedAt: Date;
  /** False when the record does not say when it was seen, and the run's time stands for it. */
  readonly ownTime: boolean;
  /** SHA-256 over what was told: an equal one means there is nothing to write. */
  readonly hash: Buffer;
  /** SHA-256 over the document without what moves on every pull. */
  readonly payloadHash: Buffer;
  readonly payload: PreparedPayload;
  readonly profile: string;
  readonly mapperVersion: number;
  readonly position: ProductRecord['position'];
  /** How the input was read; null where nobody said. */
  readonly format: string | null;
}

/** The record as received, ready to be stored. */
export interface PreparedPayload {
  readonly document: string;
  readonly sizeBytes: number;
  /** One zstd frame. */
  readonly body: Uint8Array;
}

export interface PreparedReject {
  readonly rejected: RejectedRecord;
  readonly error: SyncError;
}

/** Keys of real payloads whose values differ on every pull. */
const volatileKeys = /"(?:traceInfo|trace_info|token|promotionURL|sales7d|monthSold|requestId|request_id|logId)"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[^,}\]]*),?/g;
/** What JSON.stringify makes of NUL and of lone surrogates, which PostgreSQL refuses. */
const unstorable = /\\u(?:0000|d[89a-f])/i;

/** @returns a reject when the tables could not hold what the record tells */
export function prepareRecord(outcome: Outcome<ProductRecord, RejectedRecord>, runTime: Date): PreparedRecord | PreparedReject {
  if (!outcome.ok) return { rejected: outcome.item, error: outcome.error };
  const record = outcome.value;
  try {
    const { told, text } = toldAndText(record);
    const { document, profile, mapperVersion, position, format = null } = record;
    return {
      offerId: told.offerId,
      told,
      kind: record.kind,
      observedAt: record.observedAt ?? runTime,
      ownTime: record.observedAt !== null,
      hash: digest('sha256', text, 'buffer'),
      payloadHash: hashOfDocument(document),
      payload: lazyPayload(document),
      profile,
      mapperVersion,
      position,
      format,
    };
  } catch (error) {
    if (!isSyncError(error)) throw error;
    return { rejected: rejectedRecord(record, error), error };
  }
}

/** Packs only what is asked for: most records of a later run are known already. */
export function lazyPayload(document: string): PreparedPayload {
  let body: Buffer | undefined;
  return {
    document,
    get sizeBytes() {
      return Buffer.byteLength(document);
    },
    get body() {
      return (body ??= packDocument(Buffer.from(document)));
    },
  };
}

export function isReject(prepared: PreparedRecord | PreparedReject): prepared is PreparedReject {
  return 'rejected' in prepared;
}

export function isRecord(prepared: PreparedRecord | PreparedReject): prepared is PreparedRecord {
  return !isReject(prepared);
}

export function rejectedRecord({ document, profile, position }: Pick<ProductRecord, 'document' | 'profile' | 'position'>, error: SyncError): RejectedRecord {
  const field = error.details['field'];
  return { document, profile, position, field: typeof field === 'string' ? field : null };
}

/** SHA-256 of a raw document, the same when only its volatile values differ. */
export function hashOfDocument(document: string): Buffer {
  return digest('sha256', document.replace(volatileKeys, ''), 'buffer');
}

/** Whoever makes records without a reader gets the same checks. @throws FIELD_… */
function checked({ product, kind }: ProductRecord): ProductUpdate {
  if (isSoundProduct(product)) return product;
  return kind === 'message' ? parseProductUpdate(product) : parseProduct(product);
}

function toldAndText(record: ProductRecord): { told: ToldProduct; text: string } {
  const told = toldProduct(checked(record));
  const text = canonicalText(told);
  if (!unstorable.test(text)) return { told, text };
  const mended = toldProduct(storable(checked(record)));
  return { told: mended, text: canonicalText(mended) };
}

