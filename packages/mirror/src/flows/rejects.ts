import { isSyncError, SyncError, type FlowOptions, type Outcome, type ProductRecord, type RejectedRecord } from '@1688/core';
import { importProducts } from '@1688/catalog';
import { syncRecords, syncRejects, type StoredSyncRecord, type SyncReject } from '@1688/db';
import { readProducts } from '@1688/sources';
import { defined } from '../defined.ts';
import type { Mirror } from '../open-mirror.ts';
import type { ReadOptions } from './import.ts';
import type { ListPage } from './products.ts';

/** Which rejects. Those that were replayed are left out unless they are asked for. */
export interface RejectFilter {
  readonly syncRecordId?: string | undefined;
  /** Such as `FIELD_MISSING`. */
  readonly code?: string | undefined;
}

export interface ListRejectsOptions extends RejectFilter {
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  /** Also those that were replayed. Default false. */
  readonly all?: boolean;
}

/** Records that could not be imported, in the order in which they came, kept whole. @throws ARGUMENT_INVALID */
export async function listRejects({ db }: Mirror, options: ListRejectsOptions = {}): Promise<ListPage<SyncReject>> {
  const { limit = 50, cursor, all = false } = options;
  const items: SyncReject[] = [];
  const after = cursor === undefined ? undefined : checkId(cursor, 'a cursor from the page before');
  for await (const reject of syncRejects(db).list({ ...chosenRejects(options), ...defined({ after, replayed: all ? undefined : false }), limit: limit + 1 })) items.push(reject);
  const more = items.length > limit;
  if (more) items.pop();
  return { items, nextCursor: more ? (items.at(-1)?.id ?? null) : null };
}

export interface ReplayOptions extends FlowOptions, RejectFilter {
  /** Only these rejects; default all that are open. */
  readonly ids?: readonly string[] | undefined;
  /** Read them with this profile instead of the one that rejected them. */
  readonly profile?: string | undefined;
}

export interface ReplayResult {
  /** Rejects that have landed, and are marked. */
  readonly replayed: number;
  /** Rejects that failed again and stay, with their new reason. */
  readonly failed: number;
  readonly failures: Readonly<Record<string, number>>;
  /** Products that were new, or had something new. */
  readonly created: number;
  readonly updated: number;
  /** One run for each scope that the rejects came from. */
  readonly syncRecordIds: readonly string[];
}

/**
 * Reads stored rejects again, as a mended profile or a newer version may take them, and imports what succeeds. They count as seen when
 * their own run saw them, so they never overwrite what is newer. May be killed and repeated at any moment.
 * @throws LOCKED, ARGUMENT_INVALID, NOT_FOUND when an id is none of a reject
 */
export async function replayRejects(mirror: Mirror, options: ReplayOptions = {}): Promise<ReplayResult> {
  const { db, log } = mirror;
  const filter = { ...chosenRejects(options), ...defined({ ids: options.ids?.map((id) => checkId(id, 'the id of a reject')) }) };
  if (filter.ids) await checkKnown(mirror, filter.ids);
  const total = await syncRejects(db).count({ ...filter, replayed: false });
  const result = { replayed: 0, failed: 0, failures: {} as Record<string, number>, created: 0, updated: 0, syncRecordIds: [] as string[] };
  const scopes = new Set((await syncRejects(db).groups({ ...filter, replayed: false })).map((group) => group.scope));
  for (const scope of scopes) {
    const replay = openReplay(mirror, { ...filter, scope }, options);
    const done = result.replayed + result.failed;
    const onProgress = (committed: number): void => { options.onProgress?.({ done: done + committed, total, unit: 'records' }); };
    try {
      const { created, updated, syncRecord } = await importProducts(db, replay.records(), {
        scope, input: 'rejects', rejectsKept: 0, onReject: replay.onReject, batchSize: mirror.config.values.BATCH_SIZE,
        onProgress: (progress) => { replay.onCommit(progress.done); onProgress(progress.done); }, ...defined({ signal: options.signal }),
      });
      result.syncRecordIds.push(syncRecord.id);
      result.created += created;
      result.updated += updated;
    } finally {
      await replay.settle(); // what was committed before a failure has landed all the same
    }
    result.replayed += replay.counts.replayed;
    result.failed += replay.counts.failed;
    for (const [code, count] of Object.entries(replay.counts.failures)) result.failures[code] = (result.failures[code] ?? 0) + count;
  }
  log.info(result, 'rejects replayed');
  return result;
}

interface Waiting {
  readonly id: string;
  /** Number of the last record that this reject gave. */
  last: number;
  failure: { readonly code: string; readonly message: string; readonly field: string | null } | null;
}

/** One import run over the rejects of one scope. Records are numbered in the order in which they are handed over, and so are commits. */
function openReplay(mirror: Mirror, filter: { readonly scope: string }, { profile, signal }: ReplayOptions) {
  const repository = syncRejects(mirror.db);
  const waiting: Waiting[] = [];
  const owners = new Map<number, Waiting>();
  const counts = { replayed: 0, failed: 0, failures: {} as Record<string, number> };
  let number = 0;
  let committed = 0;
  const settle = async (): Promise<void> => {
    const landed: string[] = [];
    for (let [first] = waiting; first && first.last <= committed && first.last > 0; [first] = waiting) {
      waiting.shift();
      if (first.failure === null) landed.push(first.id);
      else {
        await repository.failedAgain(first.id, first.failure);
        counts.failures[first.failure.code] = (counts.failures[first.failure.code] ?? 0) + 1;
        counts.failed += 1;
      }
    }
    if (landed.length > 0) await repository.markReplayed(landed);
    counts.replayed += landed.length;
  };
  async function* records(): AsyncGenerator<Outcome<ProductRecord, RejectedRecord>> {
    const runs = new Map<string, StoredSyncRecord | null>();
    for await (const reject of repository.list({ ...filter, replayed: false })) {
      if (waiting.length >= 200) await settle();
      if (!runs.has(reject.syncRecordId)) runs.set(reject.syncRecordId, await syncRecords(mirror.db).find(reject.syncRecordId));
      const run = runs.get(reject.syncRecordId);
      const entry: Waiting = { id: reject.id, last: 0, failure: null };
      waiting.push(entry);
      const wanted = profile ?? reject.profile ?? undefined;
      const outcomes = await readAgain(mirror, reject, { profile: wanted, columns: wanted === 'table' ? columnsOf(run) : undefined, signal });
      for (const [index, outcome] of outcomes.entries()) {
        number += 1;
        owners.set(number, entry);
        if (index === outcomes.length - 1) entry.last = number;
        yield placed(outcome, reject, number, run?.observedAt ?? reject.createdAt);
      }
    }
  }
  const onReject = ({ position, field }: RejectedRecord, { code, message }: SyncError): void => {
    const owner = owners.get(position.record);
    if (owner) owner.failure ??= { code, message, field };
  };
  const onCommit = (done: number): void => {
    for (let record = committed + 1; record <= done; record += 1) owners.delete(record);
    committed = done;
  };
  return { records, onReject, onCommit, settle, counts };
}

/** What the stored document gives now; one that gives nothing, or cannot be read at all, is a reject again. */
async function readAgain(mirror: Mirror, reject: SyncReject, { profile, columns, signal }: ReadOptions & { readonly signal: AbortSignal | undefined }): Promise<Outcome<ProductRecord, RejectedRecord>[]> {
  const failed = (error: SyncError): Outcome<ProductRecord, RejectedRecord>[] => {
    const position = { line: reject.line, record: 1, pointer: reject.pointer ?? '' };
    return [{ ok: false, error, item: { document: reject.document, profile: profile ?? null, position, field: null } }];
  };
  try {
    const options = defined({ profile, columns, signal, encoding: 'utf-8', name: `reject ${reject.id}`, profiles: mirror.config.file.profiles });
    const outcomes: Outcome<ProductRecord, RejectedRecord>[] = [];
    for await (const outcome of readProducts(Buffer.from(reject.document), options)) outcomes.push(outcome);
    return outcomes.length > 0 ? outcomes : failed(new SyncError('RECORD_INVALID', 'Expected the document to hold a product, found none.'));
  } catch (error) {
    if (!isSyncError(error) || error.code === 'ABORTED') throw error;
    return failed(error);
  }
}

/** The columns that the run was told by hand: a row of its table means nothing without them. */
function columnsOf(run: StoredSyncRecord | null | undefined): Readonly<Record<string, string>> | undefined {
  const reading = run?.options?.['reading'] as { readonly columns?: Readonly<Record<string, string>> } | undefined;
  return reading?.columns;
}

function placed(outcome: Outcome<ProductRecord, RejectedRecord>, reject: SyncReject, record: number, runTime: Date): Outcome<ProductRecord, RejectedRecord> {
  const position = { line: reject.line, record, pointer: reject.pointer ?? '' };
  if (!outcome.ok) return { ...outcome, item: { ...outcome.item, position } };
  return { ok: true, value: { ...outcome.value, position, observedAt: outcome.value.observedAt ?? runTime } };
}

async function checkKnown({ db }: Mirror, ids: readonly string[]): Promise<void> {
  const known = new Set<string>();
  for await (const { id } of syncRejects(db).list({ ids })) known.add(id);
  const stranger = ids.find((id) => !known.has(id));
  if (stranger !== undefined) throw new SyncError('NOT_FOUND', `Expected a reject with the id ${stranger}, found none.`, { hint: 'List them with "1688sync rejects list".' });
}

export function chosenRejects({ syncRecordId, code }: RejectFilter): { syncRecordId?: string; code?: string } {
  return defined({ code, syncRecordId: syncRecordId === undefined ? undefined : checkId(syncRecordId, 'the id of a run') });
}

function checkId(id: string, what: string): string {
  if (/^\d{1,18}$/.test(id)) return id;
  throw new SyncError('ARGUMENT_INVALID', `Expected ${what}, a whole number, received ${JSON.stringify(id)}.`);
}

