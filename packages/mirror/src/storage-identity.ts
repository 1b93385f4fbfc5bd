import { randomUUID } from 'node:crypto';
import { SyncError } from '@1688/core';
import { quoteName, transaction, type Transaction } from '@1688/db';
import { readMarker, writeMarker, type StorageBackend } from '@1688/storage';
import type { Mirror } from './open-mirror.ts';

/**
 * Makes sure that the storage is the one this database belongs to, before anything is written there. An empty pair gets a
 * common mark; a storage without the mark is refused once the database knows stored pictures (an unmounted disk looks like that).
 * @throws STORAGE_WRONG_ROOT
 */
export async function claimStorage({ db, storage, places }: Mirror): Promise<void> {
  const { rows: [store] } = await db.knex.raw<{ rows: { picture_store_id: string | null }[] }>(`select picture_store_id from ${quoteName(db.schema)}.store`);
  const known = store?.picture_store_id ?? null;
  if (known !== null && (await readMarker(storage)) === known) return;
  // Two that begin at once agree on one mark: the second one waits here, and finds what the first one chose.
  await transaction(db, async (trx) => {
    const { rows: [locked] } = await trx.knex.raw<{ rows: { picture_store_id: string | null }[] }>(`select picture_store_id from ${quoteName(db.schema)}.store for update`);
    await agreeOnMark(trx, storage, { known: locked?.picture_store_id ?? null, place: places.storage });
  });
}

async function agreeOnMark(trx: Transaction, storage: StorageBackend, { known, place }: { readonly known: string | null; readonly place: string }): Promise<void> {
  const found = await readMarker(storage);
  if (found !== null && found === known) return;
  const pictures = await trx.knex.withSchema(trx.schema).from('image_objects').first<{ sha256: string } | undefined>('sha256');
  if (pictures) {
    throw new SyncError('STORAGE_WRONG_ROOT', `Expected ${place} to be the picture storage of this database (${known ?? 'none named yet'}), received ${found === null ? 'one without a mark' : `the one of another database (${found})`}.`, {
      hint: 'Mount the disk, or set STORAGE_URL to where the pictures lie.',
    });
  }
  const id = found ?? known ?? randomUUID();
  if (found === null) await writeMarker(storage, id);
  await trx.knex.withSchema(trx.schema).from('store').update({ picture_store_id: id });
}
