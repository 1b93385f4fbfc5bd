import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withEncryption } from '@1688/backup';
import { SyncError } from '@1688/core';
import { migrate, migrations as ours, openDatabase, type Database, type MigrateOptions } from '@1688/db';
import { openEmbeddedPostgres } from '@1688/db-embedded';
import type { StorageBackend } from '@1688/storage';
import type { Config } from './config.ts';
import { logDirectory, openLog, type Log } from './log.ts';
import { recipientsOf, secretIn } from './flows/backup.ts';
import { findDataDir, makeDataDir } from './place.ts';
import { openStorage } from './storage-url.ts';

/** One configuration, opened: what every flow takes. */
export interface Mirror extends AsyncDisposable {
  readonly config: Config;
  readonly db: Database;
  /** Where pictures lie. */
  readonly storage: StorageBackend;
  /** Where backups lie, decrypted on the way where BACKUP_KEY is set. */
  readonly backups: StorageBackend;
  /** The same place as it is. */
  readonly backupPlace: StorageBackend;
  readonly log: Log;
  /** `/srv/shop/1688sync-data (embedded PostgreSQL 18.4)`, without secrets. */
  readonly description: string;
  /** `embedded` or the masked address. */
  readonly database: string;
  readonly places: { readonly storage: string; readonly backups: string; readonly logs: string };
  close(): Promise<void>;
}

export interface OpenMirrorOptions {
  /** False: only a store that exists; see `findDataDir`. Default true. */
  readonly create?: boolean;
  /** False leaves the schema as it is. Default true: brings it to this version. */
  readonly migrate?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Opens database, storage and log of one configuration, and migrates.
 * @throws STORE_NOT_FOUND, DB_… and CONFIG_… codes
 */
export async function openMirror(config: Config, options: OpenMirrorOptions = {}): Promise<Mirror> {
  const { create = true, signal } = options;
  const dataDir = findDataDir(config, create);
  const placed: Config = { ...config, dataDir };
  if (config.databaseUrl === null || create || usesDataDir(config)) await makeDataDir(dataDir);
  await using opened = new AsyncDisposableStack();
  const logs = logDirectory(placed, config.cwd);
  const log = openLog(logs, config.values.LOG_LEVEL);
  opened.defer(() => log.close());
  const server = await connectTo(placed, path.join(logs, 'database.log'), signal);
  if (server.close) opened.defer(server.close);
  const db = opened.use(await openDatabase(server.url, await databaseOptions(placed, signal)));
  if (options.migrate ?? true) await migrate(db, migrateOptions(config, signal));
  for (const { code, message } of config.warnings) log.warn({ code }, message);
  const storage = openStorage(config.file.storage ?? config.values.STORAGE_URL ?? config.values.STORAGE_PATH, { fallback: path.join(dataDir, 'images'), ...config });
  const backups = openStorage(config.file.backups ?? config.values.BACKUP_URL, { fallback: path.join(dataDir, 'backups'), ...config });
  for (const { backend, isOurs } of [storage, backups]) if (isOurs) opened.defer(async () => backend.close?.());
  const all = opened.move();
  const close = (): Promise<void> => all.disposeAsync();
  const database = server.name ?? db.url;
  return {
    config: placed, db, log, storage: storage.backend, backups: opensBackups(config, backups.backend), backupPlace: backups.backend, database,
    description: server.name ? `${dataDir} (${server.name})` : `${db.url} + ${storage.place}`,
    places: { storage: storage.place, backups: backups.place, logs },
    close, [Symbol.asyncDispose]: close,
  };
}

function opensBackups({ values }: Config, place: StorageBackend): StorageBackend {
  const { BACKUP_KEY: key, BACKUP_RECIPIENTS: recipients } = values;
  return key === undefined ? place : withEncryption(place, { key: secretIn(key), recipients: recipientsOf(recipients) });
}

interface Server {
  readonly url: string;
  readonly name?: string;
  readonly close?: () => Promise<void>;
}

async function connectTo(config: Config, logFile: string, signal: AbortSignal | undefined): Promise<Server> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl };
  const embedded = await openEmbeddedPostgres({ directory: path.join(config.dataDir, 'database'), logFile, ...(signal ? { signal } : {}) });
  return { url: embedded.url, name: `embedded PostgreSQL ${embedded.version.text}`, close: () => embedded.close() };
}

async function databaseOptions({ values, cwd, databaseUrl }: Config, signal: AbortSignal | undefined): Promise<Parameters<typeof openDatabase>[1]> {
  return {
    poolMax: values.DB_POOL_MAX,
    poolTimeoutMs: values.DB_POOL_TIMEOUT * 1000,
    recycleMs: values.DB_POOL_RECYCLE * 1000,
    waitMs: values.DB_WAIT * 1000,
    prePing: values.DB_POOL_PRE_PING,
    statementTimeoutMs: values.DB_STATEMENT_TIMEOUT * 1000,
    ...(databaseUrl === null || /[?&]sslmode=/.test(databaseUrl) ? {} : { sslMode: values.DB_SSLMODE }),
    ...(values.DB_SSL_CA === undefined ? {} : { sslCa: await readCertificate(path.resolve(cwd, values.DB_SSL_CA)) }),
    ...(signal ? { signal } : {}),
  };
}

/** Ours, then those of the configuration. */
export function migrateOptions({ file }: Config, signal?: AbortSignal): MigrateOptions {
  return { ...(file.migrations ? { migrations: [...ours, ...file.migrations] } : {}), ...(signal ? { signal } : {}) };
}

async function readCertificate(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SyncError('CONFIG_INVALID', `Expected DB_SSL_CA to name a readable certificate file, received ${JSON.stringify(file)}.`, { hint: 'Give the path of a PEM file.', cause });
  }
}

function usesDataDir({ values, file }: Config): boolean {
  return !(file.storage ?? values.STORAGE_URL ?? values.STORAGE_PATH) || !(file.backups ?? values.BACKUP_URL) || values.LOG_DIR === undefined;
}
