/**
 * Run in a network of its own, where this machine has every private address and the names of `/etc/hosts` are ours: fetches what must not
 * be reached, and prints one JSON line for each address with what came and how often the server was connected to.
 */
import { isSyncError } from '@1688/core';
import { answer, hostileServer, redirect } from '@1688/hostile-server';
import { openFetcher } from '../src/fetcher.ts';

const urls = JSON.parse(process.argv[2] ?? '[]') as string[];
const targets = urls.map((url) => [`/to/${encodeURIComponent(url)}`, redirect(url)] as const);
await using server = await hostileServer({ '/': answer('secret'), '/ok': answer('picture'), ...Object.fromEntries(targets) }, { host: '::', port: 80 });

for (const url of urls) {
  await using fetcher = openFetcher({ attempts: 1, connectTimeoutMs: 1_000, rememberGoneMs: 0 });
  const before = server.accepted();
  const end = await fetcher.fetch(url).then(({ bytes }) => Buffer.from(bytes).toString(), (error: unknown) => (isSyncError(error) ? error.code : String(error)));
  const accepted = server.accepted() - before;
  const redirected = await fetcher.fetch(`http://public.example/to/${encodeURIComponent(url)}`).then(({ bytes }) => Buffer.from(bytes).toString(), (error: unknown) => (isSyncError(error) ? error.code : String(error)));
  process.stdout.write(`${JSON.stringify({ url, end, accepted, redirected, acceptedAfterRedirect: server.accepted() - before - accepted - 1 })}\n`);
}
