// A process that uses an embedded database: opens it, says so or why not, and leaves when it is told to.
import { isSyncError } from '@1688/core';
import { openEmbeddedPostgres } from '../src/index.ts';

const [directory = ''] = process.argv.slice(2);
try {
  const startedAt = Date.now();
  const postgres = await openEmbeddedPostgres({ directory });
  process.stdout.write(`${JSON.stringify({ url: postgres.url, tookMs: Date.now() - startedAt })}\n`);
  process.stdin.resume();
  process.stdin.once('end', () => { void postgres.close(); });
} catch (error) {
  process.stdout.write(`${JSON.stringify(isSyncError(error) ? { code: error.code, message: error.message, hint: error.hint } : { message: String(error) })}\n`);
  process.exitCode = 1;
}
