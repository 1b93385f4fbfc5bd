import { SyncError, throwIfAborted, type ErrorCode } from '@1688/core';
import { checkedBody, checkKey, checkPrefix, collectBytes, resolveRange, type StorageBackend, type StoredObject } from '@1688/storage';
import pg from 'pg';

const codes: Readonly<Record<string, ErrorCode>> = { '53100': 'STORAGE_FULL', '42501': 'STORAGE_PERMISSION', '25006': 'STORAGE_READONLY' };
const pieceBytes = 256 * 1024;

interface Row { key: string; size_bytes: number; modified_at: Date; version: string; content_type: string | null }
const facts = 'key, length(body) as size_bytes, modified_at, version, content_type';
const toObject = (row: Row): StoredObject => ({ key: row.key, sizeBytes: row.size_bytes, modifiedAt: row.modified_at, etag: row.version, ...(row.content_type === null ? {} : { contentType: row.content_type }) });

/**
 * Objects as rows of one table, for those who have a PostgreSQL and want nothing else to look after. Good for thumbnails and a few gigabytes.
 * @param url of a database whose role may make the table `objects`
 */
export async function postgresBackend(url: string): Promise<StorageBackend> {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  async function query<Found extends pg.QueryResultRow = Row>(text: string, values: unknown[], signal?: AbortSignal): Promise<Found[]> {
    throwIfAborted(signal, 'A statement of the storage');
    try {
      return (await pool.query<Found>(text, values)).rows;
    } catch (cause) {
      const code = codes[(cause as { code?: string }).code ?? ''];
      throw new SyncError(code ?? 'STORAGE_IO', `Expected PostgreSQL to do it, received: ${(cause as Error).message}.`, { retryable: !code, cause });
    }
  }
  await query(`create table if not exists objects (
    key text collate "C" primary key, body bytea not null, content_type text, version bigint generated always as identity, modified_at timestamptz not null default now())`, []);
  await query('alter table objects alter body set storage external', []); // pictures are compressed already, and parts of them can be read
  const head: StorageBackend['head'] = async (key, { signal } = {}) => {
    checkKey(key);
    const [row] = await query(`select ${facts} from objects where key = $1`, [key], signal);
    return row ? toObject(row) : null;
  };
  return {
    name: 'postgres', head,
    capabilities: { atomicPut: true, conditionalPut: true, range: true, checksumOnWrite: true, signedUrl: false, copy: false, maxObjectBytes: 100 * 2 ** 20 },
    async put(key, body, { contentType = null, ifAbsent = false, signal, ...announced } = {}) {
      checkKey(key);
      const bytes = await collectBytes(checkedBody(body, { ...announced, signal }));
      const replace = ifAbsent ? 'do nothing' : 'do update set body = excluded.body, content_type = excluded.content_type, version = default, modified_at = now()';
      const [row] = await query(`insert into objects (key, body, content_type) values ($1, $2, $3) on conflict (key) ${replace} returning ${facts}`, [key, Buffer.from(bytes), contentType], signal);
      if (!row) throw new SyncError('STORAGE_CONFLICT', `Expected nothing under ${JSON.stringify(key)}, found an object.`);
      return toObject(row);
    },
    async get(key, { range, signal } = {}) {
      const object = await head(key, { signal });
      if (!object) throw new SyncError('STORAGE_OBJECT_MISSING', `Expected an object under ${JSON.stringify(key)}, found none.`);
      const { start, length } = resolveRange(range, object.sizeBytes);
      return { object, body: (async function* () { // asks at the first read: a body that nobody reads holds nothing
        for (let at = start; at < start + length; at += pieceBytes) {
          const [row] = await query<{ piece: Buffer }>('select substring(body from $2 for $3) as piece from objects where key = $1 and version = $4', [key, at + 1, Math.min(pieceBytes, start + length - at), object.etag], signal);
          if (!row) throw new SyncError('STORAGE_IO', `Expected ${JSON.stringify(key)} to stay the same until it is read, but it was replaced.`, { retryable: true });
          yield row.piece;
        }
      })() };
    },
    async delete(key, { signal } = {}) {
      checkKey(key);
      await query('delete from objects where key = $1', [key], signal);
    },
    async *list(prefix, { after = '', signal } = {}) {
      checkPrefix(prefix);
      for (let last = after, page: Row[] = []; ; last = page.at(-1)!.key) {
        page = await query(`select ${facts} from objects where key > $1 and key >= $2 and starts_with(key, $2) order by key limit 1000`, [last, prefix], signal);
        for (const row of page) {
          throwIfAborted(signal, `Listing ${prefix}`);
          yield toObject(row);
        }
        if (page.length < 1000) return;
      }
    },
    close: () => pool.end(),
  };
}
