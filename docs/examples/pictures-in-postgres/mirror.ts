import { importProducts, search } from '@1688/catalog';
import { migrate, openDatabase, productImages } from '@1688/db';
import { openImageStore } from '@1688/images';
import { readProducts } from '@1688/sources';
import { postgresBackend } from './postgres-backend.ts';

// node mirror.ts postgres://… offers.csv: imports a table, fetches its pictures into the same database, and finds a product again.
const [url = '', file = '', words = '连衣裙'] = process.argv.slice(2);
await using db = await openDatabase(url);
await migrate(db);
const run = await importProducts(db, readProducts(file));
console.log(`${run.created} created, ${run.updated} updated, ${run.unchanged} unchanged, ${run.rejected} rejected`);

const storage = await postgresBackend(url);
await using images = await openImageStore({ storage });
const addresses: string[] = [];
for (const { offerId } of (await search(db, words)).items) {
  for await (const { url: address } of productImages(db).list({ offerId })) addresses.push(address);
}
for await (const result of images.downloadAll(addresses)) {
  console.log(result.ok ? `${result.value.key} ${result.value.widthPx} × ${result.value.heightPx}` : `${result.error.code} ${result.error.message}`);
}
await storage.close?.(); // ours to close: who opens, closes
