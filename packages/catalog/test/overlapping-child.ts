import { argv } from 'node:process';
import { importProducts } from '@1688/catalog';
import { openDatabase } from '@1688/db';
import { numberedProducts, recordsOf } from './records.ts';

/** Waits for a word of its parent, so that all begin at once, and tells it what became of the import. */
const [url, number = '0', count = '0', from = '0', priceCny = '0'] = argv.slice(2);
await using db = await openDatabase(url);
globalThis.process.send?.('ready');
await new Promise((resolve) => globalThis.process.once('message', resolve));
const observedAt = new Date(Date.UTC(2026, 0, 1 + Number(number)));
const products = [...numberedProducts(Number(count), { from: Number(from), priceCny })];
const ordered = Number(number) % 2 ? products.toReversed() : products;
const outcome = await importProducts(db, recordsOf(ordered), { scope: `shop ${number}`, observedAt, batchSize: 30 }).then(
  ({ read, created, updated, unchanged, rejected, duplicates }) => ({ read, created, updated, unchanged, rejected, duplicates }),
  ({ code, message }: { code: string; message: string }) => ({ code, message }),
);
globalThis.process.send?.(outcome);
globalThis.process.disconnect();
