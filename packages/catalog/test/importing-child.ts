import { argv } from 'node:process';
import { importProducts } from '@1688/catalog';
import { openDatabase } from '@1688/db';
import { numberedProducts, recordsOf } from './records.ts';

/** Imports so many numbered products until it is killed; each batch is told to the parent, which decides when. */
await using db = await openDatabase(argv[2]);
await importProducts(db, recordsOf(numberedProducts(Number(argv[3]))), { batchSize: 100, onProgress: ({ done }) => void globalThis.process.send?.(done) });
