import { argv } from 'node:process';
import { openDatabase } from '@1688/db';
import { runWatches } from '@1688/watch';

/** Runs the watches pass after pass until it is killed; each pass is told to the parent. */
await using db = await openDatabase(argv[2]);
for (;;) {
  await runWatches(db, { guard: { check() {} } });
  globalThis.process.send?.('pass');
}
