import { SyncError, type ErrorCode, type RecordKind } from '@1688/core';
import { packDocument, unpackDocument } from './payload-frame.ts';
import type { Prepared } from './prepared-batches.ts';
import { isRecord, isReject, lazyPayload, type PreparedPayload, type PreparedRecord, type PreparedReject } from './prepared-record.ts';
import type { ToldProduct } from './told-product.ts';

/**
 * Prepared records as they travel between threads: a few long columns, which are copied many times faster than objects. What is
 * told stays text until somebody reads it, and most of it nobody reads: it is known already.
 */
export interface PreparedMessage {
  readonly profile: string;
  readonly mapperVersion: number;
  readonly format: string | null;
  readonly offerIds: readonly string[];
  readonly kinds: readonly RecordKind[];
  /** Two SHA-256 a record: of what is told, of the document. */
  readonly hashes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  readonly ownTimes: readonly boolean[];
  readonly lines: readonly (number | null)[];
  /** Numbers of the records, counted in this message from 1. */
  readonly numbers: readonly number[];
  readonly pointers: readonly string[];
  readonly told: readonly string[];
  readonly documents: readonly string[] | PackedDocuments;
  readonly rejects: readonly RejectMessage[];
}

/** Frames one after the other. */
interface PackedDocuments {
  readonly bodies: Uint8Array<ArrayBuffer>;
  readonly ends: readonly number[];
  readonly sizes: readonly number[];
}

interface RejectMessage {
  readonly rejected: PreparedReject['rejected'];
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined; readonly details: Readonly<Record<string, unknown>> };
}

const hashBytes = 32;

/** @param pack makes the documents ready for storing: work that is lost where they are known already */
export function toMessage(prepared: readonly Prepared[], { pack }: { readonly pack: boolean }): PreparedMessage {
  const records = prepared.filter(isRecord);
  const first = records[0];
  return {
    profile: first?.profile ?? '',
    mapperVersion: first?.mapperVersion ?? 0,
    format: first?.format ?? null,
    offerIds: records.map(({ offerId }) => offerId),
    kinds: records.map(({ kind }) => kind),
    hashes: Buffer.concat(records.flatMap(({ hash, payloadHash }) => [hash, payloadHash])),
    times: Float64Array.from(records, ({ observedAt }) => observedAt.getTime()),
    ownTimes: records.map(({ ownTime }) => ownTime),
    lines: records.map(({ position }) => position.line),
    numbers: records.map(({ position }) => position.record),
    pointers: records.map(({ position }) => position.pointer),
    told: records.map(({ told }) => JSON.stringify(told)),
    documents: pack ? packed(records) : records.map(({ payload }) => payload.document),
    rejects: prepared.filter(isReject).map(({ rejected, error: { code, message, hint, details } }) => ({ rejected, error: { code, message, hint, details } })),
  };
}

/** Records and rejects of a message in the order of their numbers, which go on from `numberedFrom`. */
export function fromMessage(message: PreparedMessage, { numberedFrom }: { readonly numberedFrom: number }): Prepared[] {
  const records = message.offerIds.map((_, index) => recordOf(message, index, numberedFrom));
  if (message.rejects.length === 0) return records;
  const rejects = message.rejects.map((reject) => rejectOf(reject, numberedFrom));
  return [...records, ...rejects].toSorted((a, b) => numberOf(a) - numberOf(b));
}

function packed(records: readonly PreparedRecord[]): PackedDocuments {
  const bytes = records.map(({ payload }) => Buffer.from(payload.document));
  const bodies = bytes.map(packDocument);
  let end = 0;
  return { bodies: new Uint8Array(Buffer.concat(bodies)), ends: bodies.map(({ length }) => (end += length)), sizes: bytes.map(({ length }) => length) };
}

function recordOf(message: PreparedMessage, index: number, numberedFrom: number): PreparedRecord {
  const hashAt = index * 2 * hashBytes;
  const { buffer, byteOffset } = message.hashes;
  let text = message.told[index]!;
  let told: ToldProduct | undefined;
  return {
    offerId: message.offerIds[index]!,
    get told() {
      if (told) return told;
      told = JSON.parse(text) as ToldProduct;
      text = ''; // one of both is enough to hold
      return told;
    },
    kind: message.kinds[index]!,
    observedAt: new Date(message.times[index]!),
    ownTime: message.ownTimes[index]!,
    hash: Buffer.from(buffer, byteOffset + hashAt, hashBytes),
    payloadHash: Buffer.from(buffer, byteOffset + hashAt + hashBytes, hashBytes),
    payload: payloadOf(message.documents, index),
    profile: message.profile,
    mapperVersion: message.mapperVersion,
    format: message.format,
    position: { line: message.lines[index]!, record: message.numbers[index]! + numberedFrom, pointer: message.pointers[index]! },
  };
}

function payloadOf(documents: PreparedMessage['documents'], index: number): PreparedPayload {
  if (!('bodies' in documents)) return lazyPayload(documents[index]!);
  const body = documents.bodies.subarray(index === 0 ? 0 : documents.ends[index - 1], documents.ends[index]);
  return { body, sizeBytes: documents.sizes[index]!, get document() { return unpackDocument(body); } };
}

function rejectOf({ rejected, error }: RejectMessage, numberedFrom: number): PreparedReject {
  const { code, message, hint, details } = error;
  const position = { ...rejected.position, record: rejected.position.record + numberedFrom };
  return { rejected: { ...rejected, position }, error: new SyncError(code, message, { ...(hint === undefined ? {} : { hint }), details }) };
}

function numberOf(prepared: Prepared): number {
  return isReject(prepared) ? prepared.rejected.position.record : prepared.position.record;
}
