import type { Connection } from './connection.ts';
import { guarded } from './guarded.ts';

/** What is known of a request that names a key of its own. */
export type IdempotencyState =
  | { readonly kind: 'new' }
  /** The same request is at work. */
  | { readonly kind: 'running' }
  /** The key was used for another request. */
  | { readonly kind: 'different' }
  | { readonly kind: 'done'; readonly status: number; readonly reply: unknown };

interface Row { request_hash: Buffer; status: number | null; reply: unknown }

/** Answers that are given again to a request that is sent again; kept for a day. */
export function idempotencyKeys(db: Connection) {
  const table = () => db.knex.withSchema(db.schema).table('idempotency_keys');
  return guarded({
    /** Takes the key for this request, or tells what became of the one that has it. A request that died is forgotten after a minute. */
    async claim(owner: string, key: string, requestHash: Uint8Array): Promise<IdempotencyState> {
      await table().where('created_at', '<', db.knex.raw("now() - interval '1 day'")).delete();
      await table().where({ owner, key }).whereNull('status').where('created_at', '<', db.knex.raw("now() - interval '1 minute'")).delete();
      const inserted = (await table().insert({ owner, key, request_hash: Buffer.from(requestHash) }).onConflict(['owner', 'key']).ignore().returning('key')) as unknown[];
      if (inserted.length > 0) return { kind: 'new' };
      const row = (await table().where({ owner, key }).first()) as Row | undefined;
      if (!row) return { kind: 'running' }; // given back at this very moment: the caller tries again
      if (!row.request_hash.equals(requestHash)) return { kind: 'different' };
      return row.status === null ? { kind: 'running' } : { kind: 'done', status: row.status, reply: row.reply };
    },

    async settle(owner: string, key: string, { status, reply }: { readonly status: number; readonly reply: unknown }): Promise<void> {
      await table().where({ owner, key }).update({ status, reply: JSON.stringify(reply) });
    },

    /** The request failed and may be sent again under the same key. */
    async release(owner: string, key: string): Promise<void> {
      await table().where({ owner, key }).whereNull('status').delete();
    },
  });
}
