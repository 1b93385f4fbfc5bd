import { statistics, type CatalogStatistics } from '@1688/catalog';
import type { Mirror } from '../open-mirror.ts';

export interface Stats extends CatalogStatistics {
  readonly storage: { readonly place: string; readonly database: string; readonly databaseBytes: number };
}

/**
 * Counts products, suppliers, pictures and runs, and how large the database is. Of a large store the figures may be as old as CACHE_TTL
 * says, which `computedAt` tells; `fresh` counts anew.
 */
export async function stats({ config, db, places, database }: Mirror, { fresh = false }: { readonly fresh?: boolean | undefined } = {}): Promise<Stats> {
  const counted = await statistics(db, { maxAgeSeconds: fresh ? 0 : config.values.CACHE_TTL });
  const { rows } = await db.knex.raw<{ rows: { bytes: string }[] }>('select pg_catalog.pg_database_size(pg_catalog.current_database()) as bytes');
  return { ...counted, storage: { place: places.storage, database, databaseBytes: Number(rows[0]?.bytes ?? 0) } };
}
