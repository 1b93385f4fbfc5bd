import { importProducts } from '@1688/catalog';
import { aProductRecord, aSupplier, testDatabase, type TestDatabase } from '@1688/vitest';
import pg from 'pg';
import { filledTables, rowCounts, type FilledTable } from '../src/store/filled-tables.ts';

/** A store with `offers` products of two suppliers, and the tables that were filled. */
export async function filledStore(offers: number): Promise<{ database: TestDatabase; client: pg.Client; tables: FilledTable[] }> {
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const empty = await rowCounts(client);
  const suppliers = [aSupplier(), aSupplier()];
  await importProducts(database.db, records());
  return { database, client, tables: await filledTables(client, empty) };

  async function* records() {
    for (let index = 0; index < offers; index += 1) {
      const value = aProductRecord({ supplier: suppliers[Math.floor((index * suppliers.length) / offers)], images: [] });
      yield { ok: true, value } as const;
    }
  }
}
