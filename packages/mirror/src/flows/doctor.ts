import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { isSyncError, type FlowOptions } from '@1688/core';
import { health, migrationStatus } from '@1688/db';
import { findPostgres } from '@1688/db-embedded';
import { readMarker } from '@1688/storage';
import type { Config } from '../config.ts';
import { migrateOptions, openMirror, type Mirror } from '../open-mirror.ts';
import { backupState } from './backup.ts';

export interface DoctorItem {
  readonly state: 'good' | 'warn' | 'bad';
  readonly subject: string;
  readonly message: string;
  /** What to do, in one line. */
  readonly hint: string | null;
}

/** Looks at everything a store stands on; never fails itself, changes nothing. */
export async function doctor(config: Config, { signal }: FlowOptions = {}): Promise<{ readonly items: readonly DoctorItem[] }> {
  const items: DoctorItem[] = [good('node', process.versions.node)];
  for (const { code, message, hint } of config.warnings) items.push({ state: 'warn', subject: 'config', message: `${code}: ${message}`, hint });
  items.push(await pictureLibrary());
  items.push(await diskSpace(config.dataDir));
  if (config.databaseUrl === null) items.push(await engine());
  try {
    await using mirror = await openMirror(config, { create: false, migrate: false, ...(signal ? { signal } : {}) });
    items.push(good('store', mirror.description), ...(await storeItems(mirror)));
  } catch (error) {
    if (!isSyncError(error)) throw error;
    items.push({ state: error.code === 'STORE_NOT_FOUND' ? 'warn' : 'bad', subject: 'store', message: `${error.code}: ${error.message}`, hint: error.hint ?? null });
  }
  return { items };
}

async function storeItems(mirror: Mirror): Promise<DoctorItem[]> {
  const { db, storage, config } = mirror;
  const items: DoctorItem[] = [];
  const { applied, pending: waiting } = await migrationStatus(db, migrateOptions(config));
  const pending = waiting.length;
  items.push(pending === 0 ? good('schema', `${applied.length} migrations applied`) : { state: 'warn', subject: 'schema', message: `${pending} migrations wait`, hint: 'Run "1688sync migrate".' });
  const state = await health(db);
  const pool = config.values.DB_POOL_MAX;
  items.push(good('database', `PostgreSQL ${state.serverVersion}, answers in ${state.latencyMs.toFixed(1)} ms`));
  if (pool * 3 > state.maxConnections) {
    items.push({ state: 'warn', subject: 'pool', message: `three processes of ${pool} connections exceed max_connections = ${state.maxConnections}`, hint: 'Lower DB_POOL_MAX: five times the cores of the server is enough.' });
  }
  if (pending === 0) {
    const known = (await db.knex.withSchema(db.schema).from('store').first<{ picture_store_id: string | null } | undefined>('picture_store_id'))?.picture_store_id ?? null;
    const found = await readMarker(storage);
    if (known === null) items.push(good('pictures', 'nothing stored yet'));
    else if (known === found) items.push(good('pictures', mirror.places.storage));
    else items.push({ state: 'bad', subject: 'pictures', message: `${mirror.places.storage} is not the storage of this database`, hint: 'Mount the disk, or set STORAGE_URL to where the pictures lie.' });
  }
  const { isGood, message } = await backupState(mirror);
  items.push(isGood ? good('backups', message) : { state: 'warn', subject: 'backups', message, hint: 'Run "1688sync backup create" daily and "1688sync backup verify --level drill" monthly.' });
  return items;
}

async function pictureLibrary(): Promise<DoctorItem> {
  try {
    const { decoderVersion } = await import('@1688/images');
    return good('images', `sharp ${(await decoderVersion()).sharp}`);
  } catch {
    // The reason is the loader's own long text; what matters is what to do.
    return { state: 'bad', subject: 'images', message: 'sharp does not load on this platform', hint: 'Reinstall with optional dependencies: npm install --include=optional' };
  }
}

async function diskSpace(dataDir: string): Promise<DoctorItem> {
  for (let folder = dataDir; ; folder = path.dirname(folder)) {
    const disk = await statfs(folder).catch(() => null); // not made yet: its parent tells
    if (!disk && folder !== path.dirname(folder)) continue;
    const free = disk ? (Number(disk.bavail) / Number(disk.blocks)) * 100 : 0;
    return free >= 5 ? good('disk', `${free.toFixed(0)} % free`) : { state: 'bad', subject: 'disk', message: `only ${free.toFixed(1)} % free`, hint: 'Free some room, or set DATA_DIR to another disk.' };
  }
}

async function engine(): Promise<DoctorItem> {
  const found = await findPostgres();
  return found.length > 0
    ? good('engine', found.map((each) => `PostgreSQL ${each.version.text}`).join(', '))
    : { state: 'bad', subject: 'engine', message: 'no PostgreSQL programs for the embedded database', hint: 'Install PostgreSQL with the system\'s packages, or set DATABASE_URL.' };
}

function good(subject: string, message: string): DoctorItem {
  return { state: 'good', subject, message, hint: null };
}
