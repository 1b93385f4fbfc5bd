import type { Connection } from './connection.ts';
import { guarded } from './guarded.ts';

/** A file that was sent, to be looked at and imported. */
export interface Upload {
  readonly id: string;
  /** As the sender named it; never a path. */
  readonly name: string;
  readonly storageKey: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly owner: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

interface Row { id: string; name: string; storage_key: string; size_bytes: string; sha256: string; owner: string | null; created_at: Date; expires_at: Date }

export function uploads(db: Connection) {
  const table = () => db.knex.withSchema(db.schema).table('uploads');
  return guarded({
    async add(upload: Omit<Upload, 'createdAt'>): Promise<Upload> {
      const { id, name, storageKey, sizeBytes, sha256, owner, expiresAt } = upload;
      const [row] = (await table().insert({ id, name, storage_key: storageKey, size_bytes: sizeBytes, sha256, owner, expires_at: expiresAt }).returning('*')) as Row[];
      return toUpload(row as Row);
    },

    async find(id: string): Promise<Upload | null> {
      const row = (await table().where({ id }).first()) as Row | undefined;
      return row ? toUpload(row) : null;
    },

    async remove(id: string): Promise<boolean> {
      return (await table().where({ id }).delete()) > 0;
    },

    /** At most a hundred whose time is over. */
    async expired(): Promise<Upload[]> {
      return ((await table().where('expires_at', '<', db.knex.fn.now()).orderBy('expires_at').limit(100)) as Row[]).map(toUpload);
    },
  });
}

function toUpload(row: Row): Upload {
  return {
    id: row.id, name: row.name, storageKey: row.storage_key, sizeBytes: Number(row.size_bytes), sha256: row.sha256, owner: row.owner, createdAt: row.created_at, expiresAt: row.expires_at,
  };
}
