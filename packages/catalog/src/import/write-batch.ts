import { recordKinds, type RecordKind, type SyncCounts } from '@1688/core';
import { emptyState, quoteName, sameContent, type Transaction } from '@1688/db';
import type pg from 'pg';
import { isListingMove } from '../delisting/listing-change.ts';
import { writeListings } from '../delisting/listing-writer.ts';
import { allKnown, resolveSuppliers, type ResolvedSuppliers, type SeenSupplier } from './batch-suppliers.ts';
import type { ChangeRow } from './change-rows.ts';
import { writeProductHistory } from './history-writer.ts';
import type { KnownSuppliers, StandingSupplier } from './known-suppliers.ts';
import { isOlder } from './merge-record.ts';
import { isLate, lastOf, mergeSteps, type MergedProduct, type OfferRecords, type Outcome } from './merge-steps.ts';
import { writePayloads, writeSilentTellings } from './payload-writer.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { productChanges } from './product-changes.ts';
import { lockProducts } from './product-reader.ts';
import { insertProducts, updateProducts, writeChildren, type WrittenProduct } from './product-writer.ts';
import type { SeenProducts } from './seen-products.ts';
import { writeSightings } from './sighting.ts';
import { seenSilently, type SilentTelling } from './silent-sightings.ts';
import { compareText } from './told-product.ts';

export interface BatchContext {
  readonly trx: Transaction;
  /** The raw client of `trx`. */
  readonly client: pg.ClientBase;
  readonly schema: string;
  readonly syncRecordId: string;
  readonly scope: string;
  /** Nothing will be committed, and there is no sync record to refer to. */
  readonly dryRun: boolean;
  /** False keeps no superseded values, nor when they were told. */
  readonly history: boolean;
  /** What earlier batches of the run met; written batches are added after their commit. */
  readonly seen: SeenProducts;
  /** Suppliers that earlier batches of the run looked up. */
  readonly knownSuppliers: KnownSuppliers;
  /** What a transaction that is still under way writes: a look at the tables does not tell how it will be. */
  readonly underWay?: ReadonlyMap<string, readonly PreparedRecord[]>;
  /** Called once the last row is locked that another batch could want; what follows writes only below those. */
  readonly rowsLocked?: () => Promise<void>;
}

export interface BatchResult {
  readonly counts: Pick<SyncCounts, 'created' | 'updated' | 'unchanged' | 'duplicates'>;
  readonly suppliersCreated: number;
  readonly imagesQueued: number;
  /** Messages about offers that nobody told of: they lack what makes a product. */
  readonly unknown: readonly PreparedRecord[];
  /** To be appended at the end of the transaction. */
  readonly changes: readonly ChangeRow[];
  /** To be remembered once the transaction is committed, like `standing`. */
  readonly met: readonly { readonly kind: RecordKind; readonly id: string; readonly offerId: string }[];
  readonly standing: readonly StandingSupplier[];
}

interface Stored {
  readonly id: string;
  readonly hashes: Readonly<Record<RecordKind, Buffer | null>>;
  /** When the last record of a kind was seen, where that may be later than a record of the batch. */
  readonly later: Readonly<Record<RecordKind, Date | null>>;
  readonly messageAt: Date | null;
  /** True for a kind whose last record is older than a message about the offer. */
  readonly behind: Readonly<Record<'list' | 'detail', boolean>>;
  /** True when it must be locked to be sure of it. */
  readonly contested: boolean;
  readonly isDelisted: boolean;
}

/** Writes a batch inside a transaction, all but the feed: only what differs from what is stored. */
export async function writeBatch(context: BatchContext, batch: readonly PreparedRecord[]): Promise<BatchResult> {
  const { client, schema, syncRecordId } = context;
  const { stored, offers, known, changed, unknown } = await sortOut(context, batch);
  const suppliers = await suppliersOf(context, changed);
  const merging = await writeProducts(context, changed, stored, suppliers.ids);
  const ids = new Map([...stored].map(([offerId, { id }]) => [offerId, id]));
  for (const { written } of merging.products) ids.set(written.after.offerId, written.after.id);
  const met = offers.flatMap(({ records }) => records).map((record) => ({ record, id: ids.get(record.offerId) ?? '' }));
  if (!context.dryRun) {
    const merged = new Set(mergedRecords(merging.products));
    await writeSilentTellings(client, schema, merging.silent, syncRecordId);
    await writePayloads(client, schema, met.map(({ record }) => ({ record, merged: merged.has(record) })), syncRecordId);
    await writeSightings(client, schema, { syncRecordId, scope: context.scope, met: met.map(({ record, id }) => ({ kind: record.kind, observedAt: record.observedAt, id })) });
  }
  const counts = countOutcomes(merging.products);
  const counted = offers.reduce((sum, { countedKinds }) => sum + countedKinds.length, 0);
  const unchanged = counts.unchanged + known.reduce((sum, { countedKinds }) => sum + countedKinds.length, 0);
  return {
    counts: { ...counts, unchanged, duplicates: batch.length - unknown.length - counted },
    unknown,
    suppliersCreated: suppliers.created,
    imagesQueued: merging.imagesQueued,
    changes: [...suppliers.changes, ...(await productChanges(client, schema, { syncRecordId, products: merging.products, sourceIds: suppliers.sourceIds }))],
    met: met.map(({ record, id }) => ({ kind: record.kind, id, offerId: record.offerId })),
    standing: suppliers.standing,
  };
}

/** Finds or makes the suppliers of a batch, and nothing else. */
export async function writeSuppliers(context: SortContext & Pick<BatchContext, 'knownSuppliers'>, batch: readonly PreparedRecord[]): Promise<ResolvedSuppliers> {
  const { changed } = await sortOut(context, batch);
  return suppliersOf(context, changed);
}

/** True when `writeSuppliers` would have nothing to do. */
export function suppliersAreKnown(known: KnownSuppliers, batch: readonly PreparedRecord[]): boolean {
  return allKnown(batch.flatMap(supplierSeen), known);
}

type SortContext = Pick<BatchContext, 'client' | 'schema' | 'seen' | 'underWay'> & Partial<Pick<BatchContext, 'syncRecordId'>>;

/** What a batch tells of each offer, in the order of ids, and which of it is known already. */
async function sortOut({ client, schema, seen, underWay, syncRecordId }: SortContext, batch: readonly PreparedRecord[]): Promise<{
  readonly stored: ReadonlyMap<string, Stored>; readonly offers: readonly OfferRecords[]; readonly known: readonly OfferRecords[]; readonly changed: readonly OfferRecords[]; readonly unknown: readonly PreparedRecord[];
}> {
  const grouped = Map.groupBy(batch, ({ offerId }) => offerId);
  const stored = await probe(client, schema, batch, [...grouped.keys()], syncRecordId ?? null);
  const [strange, telling] = parted([...grouped], ([offerId, records]) => !stored.has(offerId) && !underWay?.has(offerId) && records.every(({ kind, told }) => kind === 'message' && told.fields['title'] == null));
  const offers = telling
    .map(([offerId, records]) => withoutDuplicates(seen, records, stored.get(offerId)?.id ?? null, offerId))
    .toSorted((a, b) => compareText(a.offerId, b.offerId));
  const [known, changed] = parted(offers, ({ offerId, records }) => !underWay?.has(offerId) && !stored.get(offerId)?.contested && records.every((record) => isKnown(stored.get(offerId), record)));
  return { stored, offers, known, changed, unknown: strange.flatMap(([, records]) => records) };
}

function suppliersOf({ client, schema, knownSuppliers: known, dryRun = false }: Pick<SortContext, 'client' | 'schema'> & Pick<BatchContext, 'knownSuppliers'> & { readonly dryRun?: boolean }, changed: readonly OfferRecords[]): Promise<ResolvedSuppliers> {
  return resolveSuppliers(client, schema, changed.flatMap(({ records }) => records.flatMap(supplierSeen)), { dryRun, known });
}

function supplierSeen({ told: { supplier }, kind, observedAt }: PreparedRecord): SeenSupplier[] {
  return supplier ? [{ told: supplier, kind, observedAt }] : [];
}

/**
 * Records with times of their own may be of any time: while another run is under way, which may bring what was told between, even those
 * that tell nothing new are compared again once the product is locked. Times are asked for only where a record of the batch may be older
 * than them.
 */
async function probe(client: pg.ClientBase, schema: string, batch: readonly PreparedRecord[], offerIds: readonly string[], syncRecordId: string | null): Promise<Map<string, Stored>> {
  const least = batch.reduce<Date | null>((oldest, { observedAt }) => (oldest === null || observedAt < oldest ? observedAt : oldest), null);
  const s = quoteName(schema);
  const replays = syncRecordId !== null && batch.some(({ ownTime }) => ownTime);
  const others = replays ? `exists (select from ${s}.sync_records where status = 'running' and kind = 'import' and id <> $3)` : 'false';
  const times = recordKinds.map((kind) => `case when ${kind}_observed_at > $2 then ${kind}_observed_at end as ${kind}_later`).join(', ');
  const { rows } = await client.query<{ id: string; source_id: string } & Record<`${RecordKind}_hash`, Buffer | null> & Record<`${RecordKind}_later` | 'message_observed_at', Date | null> & Record<'list_behind' | 'detail_behind' | 'is_delisted' | 'contested', boolean>>(
    `select id, source_id, list_hash, detail_hash, message_hash, message_observed_at, delisted_at is not null as is_delisted,
       coalesce(message_observed_at > list_observed_at, false) as list_behind, coalesce(message_observed_at > detail_observed_at, false) as detail_behind, ${times},
       ${others} as contested from ${s}.products where source_id = any($1)`, [offerIds, least, ...(replays ? [syncRecordId] : [])]);
  return new Map(rows.map((row) => [row.source_id, {
    id: row.id,
    hashes: { list: row.list_hash, detail: row.detail_hash, message: row.message_hash },
    later: { list: row.list_later, detail: row.detail_later, message: row.message_later },
    messageAt: row.message_observed_at,
    behind: { list: row.list_behind, detail: row.detail_behind },
    contested: row.contested,
    isDelisted: row.is_delisted,
  }]));
}

/**
 * What is told again is known; an older one that tells the same is not: something else may have held between them. A message tells
 * of a moment, so only the very same is known; and what it told may be told otherwise by a document that did not change. An offer that
 * is delisted comes back by being told of again.
 */
function isKnown(stored: Stored | undefined, { kind, hash, observedAt }: PreparedRecord): boolean {
  if (!stored?.hashes[kind]?.equals(hash) || stored.isDelisted) return false;
  if (kind === 'message') return stored.messageAt?.getTime() === observedAt.getTime();
  return !isOlder(observedAt, stored.later[kind]) && !stored.behind[kind];
}

function withoutDuplicates(seen: SeenProducts, records: readonly PreparedRecord[], id: string | null, offerId: string): OfferRecords {
  const moments = new Set<string>();
  const kept = records.filter(({ kind, observedAt, ownTime, hash }) => {
    if (!ownTime && seen.has(kind, id, offerId)) return false;
    // Several messages may carry the same second, and each tells something else.
    const moment = `${kind} ${observedAt.getTime()} ${kind === 'message' ? hash.toString('base64') : ''}`;
    return !moments.has(moment) && moments.add(moment);
  });
  const countedKinds = recordKinds.filter((kind) => records.some((record) => record.kind === kind) && !seen.has(kind, id, offerId));
  kept.sort((a, b) => a.observedAt.getTime() - b.observedAt.getTime() || recordKinds.indexOf(a.kind) - recordKinds.indexOf(b.kind));
  return { offerId, records: kept, countedKinds };
}

/** Inserts the new, then locks and updates the old: those that another run inserted meanwhile are old by then. */
async function writeProducts(
  { trx, client, schema, syncRecordId, rowsLocked, underWay, history }: BatchContext, changed: readonly OfferRecords[], stored: ReadonlyMap<string, Stored>, supplierIds: ReadonlyMap<string, string>,
): Promise<{ products: MergedProduct[]; imagesQueued: number; silent: SilentTelling[] }> {
  const [old, fresh] = parted(changed, ({ offerId }) => stored.has(offerId));
  const made = fresh.map((offer) => ({ offer, steps: mergeSteps(emptyState(offer.offerId), offer, { supplierIds, syncRecordId }) }));
  const inserted = await insertProducts(client, schema, made.map(({ offer, steps }) => lastOf(steps, offer.offerId)));
  const products: MergedProduct[] = [];
  const lost: OfferRecords[] = [];
  for (const { offer, steps } of made) {
    const id = inserted.get(offer.offerId);
    if (id === undefined) lost.push(offer);
    else products.push({ offer, steps, late: false, written: { before: null, after: { ...lastOf(steps, offer.offerId), id } } });
  }
  const updates: (WrittenProduct & { touched: boolean })[] = [];
  const states = await lockProducts(client, schema, [...old, ...lost].map(({ offerId }) => offerId));
  const late = [...old, ...lost].map(({ offerId, records }) => ({ state: states.get(offerId), records, underWay: underWay?.get(offerId) ?? [] }));
  const seen = await seenSilently(client, schema, late, { history });
  const silent: SilentTelling[] = [];
  for (const offer of [...old, ...lost]) {
    const before = states.get(offer.offerId);
    if (!before?.id) continue; // purged by somebody else between two statements
    const caughtUp = seen.get(before);
    const start = caughtUp?.state ?? before;
    const steps = mergeSteps(start, offer, { supplierIds, syncRecordId });
    const late = steps.some(isLate);
    // Times that were caught up for nothing are not written; but before what comes late a later sighting is: it is not the last record that its kind repeats from now on.
    const moved = (late && start !== before) || steps.some((step) => step.before !== step.after);
    const written = { before, after: { ...(moved ? lastOf(steps, offer.offerId, before) : before), id: before.id } };
    products.push({ offer, steps, written, late });
    if (moved && caughtUp) silent.push(...caughtUp.silent);
    if (moved) updates.push({ ...written, touched: !sameContent(before, written.after) || isListingMove(before.listing, written.after.listing) });
  }
  await updateProducts(client, schema, updates);
  await writeListings(client, schema, products);
  await rowsLocked?.();
  const imagesQueued = await writeChildren(trx, client, products.map(({ written }) => written));
  if (history) await writeProductHistory(client, schema, products, { syncRecordId, ...(underWay ? { underWay } : {}) });
  return { products, imagesQueued, silent };
}

/** What a replay has to know of: also what only repeated its product, where it told its supplier something. */
function mergedRecords(products: readonly MergedProduct[]): PreparedRecord[] {
  return products.flatMap(({ steps }) => steps.filter(({ repeated, record }) => !repeated || record.told.supplier).map(({ record }) => record));
}

/** Each kind of record that an offer came with counts once, by the most that its records did. */
function countOutcomes(products: readonly MergedProduct[]): Record<Outcome, number> {
  const counts = { created: 0, updated: 0, unchanged: 0 };
  for (const { offer, steps } of products) {
    for (const kind of offer.countedKinds) {
      const outcomes = new Set(steps.filter(({ record }) => record.kind === kind).map(({ outcome }) => outcome));
      counts[outcomes.has('created') ? 'created' : outcomes.has('updated') ? 'updated' : 'unchanged'] += 1;
    }
  }
  return counts;
}

function parted<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  const passed: Item[] = [];
  const rest: Item[] = [];
  for (const item of items) (test(item) ? passed : rest).push(item);
  return [passed, rest];
}
