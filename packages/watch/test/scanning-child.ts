import { argv } from 'node:process';
import { openDatabase } from '@1688/db';
import { told, type Told } from './records.ts';

/** One import, batch by batch, until it is killed or done. */
const [url, day = '0', list = '[]'] = argv.slice(2);
await using db = await openDatabase(url);
await told(db, Number(day), JSON.parse(list) as Told[], { scope: 'shop', batchSize: 5, onProgress: ({ done }) => { globalThis.process.send?.(done); } });
