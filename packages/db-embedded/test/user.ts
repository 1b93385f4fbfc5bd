// A process that uses an embedded database: opens it, says so, and leaves when it is told to.
import { openEmbeddedPostgres } from '../src/index.ts';

const [directory = ''] = process.argv.slice(2);
const postgres = await openEmbeddedPostgres({ directory });
process.stdout.write(`${JSON.stringify({ url: postgres.url })}\n`);
process.stdin.resume();
process.stdin.once('end', () => { void postgres.close(); });
