import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { giveTo, type Owner } from './account.ts';
import type { PostgresVersion } from './find-postgres.ts';

/** What those who join a running server cannot ask it. */
export interface ServerRecord {
  readonly version: PostgresVersion;
  readonly bin: string;
  readonly logFile: string;
}

/** Only called while the directory's lock is held. */
export async function writeRecord(directory: string, record: ServerRecord, owner: Owner | null): Promise<void> {
  const file = path.join(directory, 'server.json');
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  await giveTo(owner, `${file}.new`);
  await rename(`${file}.new`, file);
}

/** Null when no server has been started here, or its record was lost. */
export async function readRecord(directory: string): Promise<ServerRecord | null> {
  try {
    return JSON.parse(await readFile(path.join(directory, 'server.json'), 'utf8')) as ServerRecord;
  } catch {
    return null; // none, or damaged: it is only a note, written again with the next start
  }
}
