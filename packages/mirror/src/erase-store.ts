import { migrate } from '@1688/db';
import type { Mirror } from './open-mirror.ts';

/** Erases everything: every schema of this store, every picture, every backup. For `demo` and tests; there is no undo. */
export async function eraseStore({ db, storage, backups }: Mirror): Promise<void> {
  const { rows } = await db.knex.raw<{ rows: { nspname: string }[] }>('select nspname from pg_catalog.pg_namespace where nspname = ? or nspname like ?', [db.schema, `${db.schema.replaceAll('_', '\\_')}\\_%`]);
  for (const { nspname } of rows) await db.knex.raw('drop schema ?? cascade', [nspname]);
  for (const backend of [storage, backups]) {
    for await (const { key } of backend.list('')) await backend.delete(key);
  }
  await migrate(db);
}
