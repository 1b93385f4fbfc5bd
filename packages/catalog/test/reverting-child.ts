import { revertRun } from '@1688/catalog';
import { openDatabase } from '@1688/db';

/** Takes back a run, two products at a time, and says after each batch how far it is: it is killed meanwhile. */
const [url = '', runId = ''] = process.argv.slice(2);
await using db = await openDatabase(url);
await revertRun(db, runId, { batchSize: 2, onProgress: ({ done }) => process.send?.(done) });
