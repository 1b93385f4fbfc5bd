import type { Connection } from './connection.ts';
import { guarded } from './guarded.ts';

export const apiRoles = ['viewer', 'operator'] as const;
/** `viewer` reads; `operator` also starts, changes and cancels. */
export type ApiRole = (typeof apiRoles)[number];

/** A key of a program, without the key: only its hash is kept. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: ApiRole;
  readonly createdAt: Date;
  /** Null: it does not expire. */
  readonly expiresAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

interface Row { id: string; name: string; role: ApiRole; created_at: Date; expires_at: Date | null; last_used_at: Date | null; revoked_at: Date | null }

/** Keys by which programs are known to the server. */
export function apiKeys(db: Connection) {
  const table = () => db.knex.withSchema(db.schema).table('api_keys');
  return guarded({
    /** @throws DB_CONFLICT when a key that is not revoked has this name */
    async add(key: { readonly name: string; readonly role: ApiRole; readonly hash: Uint8Array; readonly expiresAt?: Date | null }): Promise<ApiKey> {
      const [row] = (await table().insert({ name: key.name, role: key.role, key_hash: Buffer.from(key.hash), expires_at: key.expiresAt ?? null }).returning('*')) as Row[];
      return toApiKey(row as Row);
    },

    /** The key with this SHA-256 while it is neither revoked nor expired, or null; notes its use. */
    async use(hash: Uint8Array): Promise<ApiKey | null> {
      const row = (await table().where('key_hash', Buffer.from(hash)).whereNull('revoked_at').where((query) => { query.whereNull('expires_at').orWhere('expires_at', '>', db.knex.fn.now()); }).first()) as Row | undefined;
      if (!row) return null;
      if (row.last_used_at === null || Date.now() - row.last_used_at.getTime() > 60_000) await table().where({ id: row.id }).update({ last_used_at: db.knex.fn.now() });
      return toApiKey(row);
    },

    /** Those that are not revoked, in the order in which they were made; with `all`, the others too. */
    async list({ all = false } = {}): Promise<ApiKey[]> {
      const query = table().orderBy('id');
      if (!all) query.whereNull('revoked_at');
      return ((await query) as Row[]).map(toApiKey);
    },

    /** @returns false when no key of this name is valid */
    async revoke(name: string): Promise<boolean> {
      return (await table().where({ name }).whereNull('revoked_at').update({ revoked_at: db.knex.fn.now() })) > 0;
    },
  });
}

function toApiKey(row: Row): ApiKey {
  return { id: row.id, name: row.name, role: row.role, createdAt: row.created_at, expiresAt: row.expires_at, lastUsedAt: row.last_used_at, revokedAt: row.revoked_at };
}
