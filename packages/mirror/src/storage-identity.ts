import { randomUUID } from 'node:crypto';
import { SyncError } from '@1688/core';
import { readMarker, writeMarker } from '@1688/storage';
import type { Mirror } from './open-mirror.ts';

/**
 * Makes sure that the storage is the one this database belongs to, before anything is written there. An empty pair gets a
 * common mark; a storage without the mark is refused once the database knows stored pictures (an unmounted disk looks like that).
 * @throws STORAGE_WRONG_ROOT
 */
export async function claimStorage({ db, storage, places }: Mirror): Promise<void> {
  const known = (await db.knex.withSchema(db.schema).from('store').first<{ picture_store_id: string | null } | undefined>('picture_store_id'))?.picture_store_id ?? null;
  const found = await readMarker(storage);
  if (found !== null && found === known) return;
  const pictures = await db.knex.withSchema(db.schema).from('image_objects').first<{ sha256: string } | undefined>('sha256');
  if (pictures) {
    throw new SyncError('STORAGE_WRONG_ROOT', `Expected ${places.storage} to be the picture storage of this database (${known ?? 'none named yet'}), received ${found === null ? 'one without a mark' : `the one of another database (${found})`}.`, {
      hint: 'Mount the disk, or set STORAGE_URL to where the pictures lie.',
    });
  }
  const id = found ?? known ?? randomUUID();
  if (found === null) await writeMarker(storage, id);
  await db.knex.withSchema(db.schema).from('store').update({ picture_store_id: id });
}
