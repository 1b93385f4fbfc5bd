import { statistics, type CatalogStatistics } from '@1688/catalog';
import type { Mirror } from '../open-mirror.ts';

export interface Stats extends CatalogStatistics {
  readonly storage: { readonly place: string; readonly database: string; readonly databaseBytes: number };
}

/** Counts products, suppliers, pictures and runs, and how large the database is. */
export async function stats({ db, places, database }: Mirror): Promise<Stats> {
  const counted = await statistics(db);
  const { rows } = await db.knex.raw<{ rows: { bytes: string }[] }>('select pg_catalog.pg_database_size(pg_catalog.current_database()) as bytes');
  return { ...counted, storage: { place: places.storage, database, databaseBytes: Number(rows[0]?.bytes ?? 0) } };
}
