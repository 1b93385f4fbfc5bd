/** Fetches argv[2] with one port allowed, and prints what came. Run in a process of its own, whose environment names a proxy. */
import { openFetcher } from '../src/fetcher.ts';

const url = new URL(process.argv[2] ?? '');
await using fetcher = openFetcher({ allow: [{ cidr: '127.0.0.1/32', port: Number(url.port) }] });
process.stdout.write(Buffer.from((await fetcher.fetch(url.href)).bytes));
