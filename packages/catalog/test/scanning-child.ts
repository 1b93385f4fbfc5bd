import { argv } from 'node:process';
import { openDatabase } from '@1688/db';
import { scanRound } from './killed-scans.ts';

/** Makes the last full scan of a round until it is killed; each page is told to the parent, which decides when. */
await using db = await openDatabase(argv[2]);
await scanRound(db, Number(argv[3]), 3, { onProgress: ({ done }) => void globalThis.process.send?.(done) });
