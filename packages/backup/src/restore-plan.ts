import { SyncError, throwIfAborted, type FlowOptions } from '@1688/core';
import type { StorageBackend } from '@1688/storage';
import { randomBytes } from 'node:crypto';
import { migrations as ourMigrations } from '@1688/db';
import { checkManifest, checkPacks } from './check-manifest.ts';
import { damaged } from './damage.ts';
import { compareSchemas, differingRows, type RowDifference, type TableDifference } from './differences.ts';
import { holding, lockSchema } from './lease.ts';
import { commentOn, dropSchema, loadSchema } from './load-schema.ts';
import type { Manifest } from './manifest.ts';
import { loadIndex } from './object-index.ts';
import { listPacks } from './orphan-packs.ts';
import { findManifest, readRepository, type BackupChoice } from './repository.ts';
import { filesToRestore } from './restore-files.ts';
import { openSession, type Session } from './session.ts';
import type { BackupTarget } from './target.ts';

/** `loading`: not done, or killed while it was; `planned`: stands beside; `applied`: is live, the old schema stands beside. */
export type RestoreState = 'loading' | 'planned' | 'applied';

/** What can be told of a restore; it is kept in the comment of the schema that stands beside, so any process finds it. */
export interface RestoreFacts {
  readonly id: string;
  readonly backupId: string;
  readonly backupName: string;
  /** The live schema. */
  readonly schema: string;
  /** The schema that stands beside: the restored one, or after applying the old one. */
  readonly beside: string;
  readonly state: RestoreState;
  readonly rows: number;
  /** Files of the backup. */
  readonly images: number;
  /** Those of them that are missing or wrong in the target's files, and will be put back. */
  readonly imagesToRestore: number;
  readonly differences: readonly TableDifference[];
  /** When the backup was taken, and when this plan was made; ISO 8601. */
  readonly takenAt: string;
  readonly plannedAt: string;
}

/** A restore that can be applied, undone or dropped. */
export interface RestorePlan extends RestoreFacts {
  readonly target: BackupTarget;
  /** Needed to put files back. */
  readonly repository: StorageBackend | null;
}

export interface PlanRestoreOptions extends BackupChoice, FlowOptions {
  /** Tables that are loaded at once, 1 to 16. Default 2. */
  readonly readers?: number;
  /** Room that the disk of the database has, where the caller knows it: a restore that would not fit is refused. */
  readonly freeBytes?: number;
  /** Names of the migrations that the program knows; a backup with a later one is refused. Default: those of @1688/db. */
  readonly migrations?: readonly { readonly name: string }[];
}

/**
 * The first rows of each table that differ between the live schema and the restore beside, by primary key.
 * @param options `limit`: rows of each table, at most 1,000; `table`: only this one
 * @throws PLAN_STALE when nothing stands beside any more
 */
export async function* compareRestore({ target, id }: RestorePlan, { table, limit = 20 }: { readonly table?: string; readonly limit?: number } = {}): AsyncIterable<RowDifference> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw new SyncError('ARGUMENT_INVALID', `Expected limit to be 1 to 1,000, received ${limit}.`);
  const plan = await findRestorePlan(target, id);
  if (!plan) throw new SyncError('PLAN_STALE', `Expected the restore ${id} to stand beside, but it is gone.`, { hint: 'List the restores of the schema, or plan again.' });
  for (const each of plan.differences) {
    if (table !== undefined && each.table !== table) continue;
    yield* await withSession(target, (session) => differingRows(session, plan.schema, plan.beside, { table: each.table, limit }));
  }
}

/** What stands in the comment: the facts, and what switching needs. */
export interface RestoreNote extends Omit<RestoreFacts, 'beside'> {
  readonly repositoryId: string;
  /** Object id of the schema that was live when the plan was made, or that the restore made live. It outlives renaming. */
  readonly liveOid: number | null;
  readonly liveComment: string | null;
  readonly partial: boolean;
}

/**
 * Loads a backup into a schema of its own beside the live one, which is not touched, and compares the two.
 * @throws BACKUP_DAMAGED (before anything is made), BACKUP_VERSION, BACKUP_NOT_FOUND, RESTORE_TARGET, LOCKED, ABORTED
 */
export async function planRestore(target: BackupTarget, options: PlanRestoreOptions): Promise<RestorePlan> {
  const { repository, readers = 2, signal } = options;
  const { db, schema } = target;
  if (!Number.isInteger(readers) || readers < 1 || readers > 16) throw new SyncError('ARGUMENT_INVALID', `Expected readers to be 1 to 16, received ${readers}.`);
  throwIfAborted(signal, 'The restore');
  const { repositoryId } = await readRepository(repository);
  const { key, manifest } = await findManifest(options);
  refuseNewer(manifest, options.migrations ?? ourMigrations);
  refuseWithoutRoom(manifest, options.freeBytes);
  const index = await loadIndex(repository, { packs: await listPacks(repository), withLost: true, onDamage: () => {} }); // told by the check
  const { damaged: named, packs } = await checkManifest(repository, { key, manifest, level: 'list', index, blobs: false, signal });
  const found = named.length > 0 ? named : await checkPacks(repository, packs, signal);
  const [first] = found;
  if (first) throw damaged(first.object, `${first.reason}${found.length > 1 ? `, and ${found.length - 1} more files are damaged` : ''}`);
  const imagesToRestore = await filesToRestore(target.files, repository, manifest, signal);
  const loadable = { manifest, repositoryId, imagesToRestore };
  return holding(lockSchema(db, schema, 'restore'), () => loadBeside(target, loadable, { ...options, readers }));
}

interface Loadable {
  readonly manifest: Manifest;
  readonly repositoryId: string;
  readonly imagesToRestore: number;
}

async function loadBeside(target: BackupTarget, { manifest, repositoryId, imagesToRestore }: Loadable, options: PlanRestoreOptions & { readonly readers: number }): Promise<RestorePlan> {
  const { db, schema } = target;
  const { repository, readers, signal, onProgress } = options;
  const id = randomBytes(4).toString('hex');
  const beside = besideName(schema, 'restore', id);
  const live = await withSession(target, (session) => schemaFacts(session, schema));
  const note: RestoreNote = {
    id, backupId: manifest.id, backupName: manifest.name, schema, state: 'loading', rows: manifest.stats.rows, images: manifest.files.total, imagesToRestore, differences: [],
    takenAt: manifest.snapshot.takenAt, plannedAt: new Date().toISOString(), repositoryId, liveOid: live?.oid ?? null, liveComment: live?.comment ?? null, partial: manifest.includes !== null,
  };
  try {
    await loadSchema(db, { repository, manifest, schema: beside, comment: noteText(note), readers, signal, onProgress });
    const differences = await withSession(target, async (session) => {
      const compared = await compareSchemas(session, schema, beside, manifest, signal);
      await commentOn(session, beside, noteText({ ...note, state: 'planned', differences: compared }));
      return compared;
    });
    return toPlan(target, { ...note, state: 'planned', differences }, beside, repository);
  } catch (error) {
    await dropSchema(db, beside);
    throw error;
  }
}

/** Rows take about as much again for indexes, and some for what is written ahead. */
const roomPerByte = 2.2;

function refuseWithoutRoom({ tables }: Manifest, freeBytes: number | undefined): void {
  const needed = Math.ceil(tables.reduce((sum, each) => sum + each.rawBytes, 0) * roomPerByte);
  if (freeBytes === undefined || needed <= freeBytes) return;
  throw new SyncError('RESTORE_TARGET', `Expected about ${needed} free bytes on the disk of the database to restore beside the live data, received ${freeBytes}.`, { hint: 'Nothing was changed. Make room, or restore into another database.' });
}

function refuseNewer(manifest: Manifest, known: readonly { readonly name: string }[]): void {
  const last = known.map((each) => each.name).toSorted().at(-1) ?? '';
  const newer = manifest.schema.migrations?.find((each) => each.name > last && !known.some((other) => other.name === each.name));
  if (!newer) return;
  throw new SyncError('BACKUP_VERSION', `Expected a backup of a schema up to migration ${last}, received one that has ${newer.name}.`, {
    hint: 'Update this software to the version that made the backup, or newer.',
  });
}

/**
 * The restores of a schema that were planned or applied and not dropped, the newest first.
 * @param options `repository`: where files are put back from when one of them is applied
 */
export async function listRestorePlans(target: BackupTarget, options: { readonly repository?: StorageBackend } = {}): Promise<RestorePlan[]> {
  return withSession(target, async (session) => {
    const rows = await session.query<{ name: string; comment: string | null }>(
      `select n.nspname as name, obj_description(n.oid, 'pg_namespace') as comment from pg_namespace n where starts_with(n.nspname, $1) or starts_with(n.nspname, $2)`,
      [`${target.schema}_restore_`, `${target.schema}_before_`]);
    const plans = rows.flatMap(({ name, comment }) => {
      const note = readNote(comment);
      return note?.schema === target.schema ? [toPlan(target, note, name, options.repository ?? null)] : [];
    });
    return plans.toSorted((a, b) => (a.plannedAt < b.plannedAt ? 1 : -1));
  });
}

/** The plan with this id, made by any process, or null. */
export async function findRestorePlan(target: BackupTarget, id: string, options: { readonly repository?: StorageBackend } = {}): Promise<RestorePlan | null> {
  return (await listRestorePlans(target, options)).find((each) => each.id === id) ?? null;
}

/**
 * Removes the schema that stands beside. A second call does nothing.
 * @param options `before`: true allows to remove the old schema of an applied restore, after which nothing can be undone
 * @throws REFUSED for an applied restore without `before`
 */
export async function dropRestore(plan: RestorePlan, { before = false }: { readonly before?: boolean } = {}): Promise<void> {
  const current = await findRestorePlan(plan.target, plan.id);
  if (!current) return;
  if (current.state === 'applied' && !before) {
    throw new SyncError('REFUSED', `Expected a restore that is not applied, received ${plan.id}, whose ${current.beside} holds the data from before.`, {
      hint: 'Undo it, or say that the old data may go.',
    });
  }
  const { db, schema } = plan.target;
  await holding(lockSchema(db, schema, 'restore'), () => dropSchema(db, current.beside));
}

/** @throws ARGUMENT_INVALID when the name would be longer than PostgreSQL keeps */
export function besideName(schema: string, kind: 'restore' | 'before', id: string): string {
  const name = `${schema}_${kind}_${id}`;
  if (Buffer.byteLength(name) <= 63) return name;
  throw new SyncError('ARGUMENT_INVALID', `Expected a schema name of at most ${63 - '_restore_12345678'.length} bytes, so that ${name} has 63, received ${schema}.`);
}

const marker = '1688sync restore ';

export function noteText(note: RestoreNote): string {
  return `${marker}${JSON.stringify(note)}`;
}

export function readNote(comment: string | null): RestoreNote | null {
  return comment?.startsWith(marker) ? (JSON.parse(comment.slice(marker.length)) as RestoreNote) : null;
}

export async function schemaFacts(session: Pick<Session, 'query'>, schema: string): Promise<{ oid: number; comment: string | null } | null> {
  const [row] = await session.query<{ oid: string; comment: string | null }>(
    `select n.oid::int8 as oid, obj_description(n.oid, 'pg_namespace') as comment from pg_namespace n where n.nspname = $1`, [schema]);
  return row ? { oid: Number(row.oid), comment: row.comment } : null;
}

export function toPlan(target: BackupTarget, note: RestoreNote, beside: string, repository: StorageBackend | null): RestorePlan {
  const { id, backupId, backupName, schema, state, rows, images, imagesToRestore, differences, takenAt, plannedAt } = note;
  return { id, backupId, backupName, schema, beside, state, rows, images, imagesToRestore, differences, takenAt, plannedAt, target, repository };
}

export async function withSession<Value>({ db }: BackupTarget, work: (session: Session) => Promise<Value>): Promise<Value> {
  await using session = await openSession(db, { doing: 'The restore' });
  return await work(session);
}

