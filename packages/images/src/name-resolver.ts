import { lookup, Resolver } from 'node:dns/promises';
import { SyncError } from '@1688/core';

/** All addresses of a host name. */
export type ResolveName = (hostname: string, signal: AbortSignal) => Promise<readonly string[]>;

/** Asks the name servers; names they do not know, or where there is no name server, are looked up as the system does (hosts file). */
export async function resolveName(hostname: string, signal: AbortSignal): Promise<readonly string[]> {
  if (/(^|\.)localhost\.?$/i.test(hostname)) return ['127.0.0.1']; // no name server is to say otherwise (RFC 6761)
  // A resolver of its own for each name: c-ares waits on sockets, so a name server that hangs blocks no thread of this process.
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length > 0) return found;
    const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as NodeJS.ErrnoException] : []));
    if (reasons.every(({ code }) => code === 'ENOTFOUND' || code === 'ENODATA' || code === 'ECONNREFUSED')) return await systemLookup(hostname);
    throw reasons[0];
  } catch (cause) {
    throw new SyncError('DNS_FAILED', `Expected an address for the name ${hostname}, received ${(cause as NodeJS.ErrnoException).code ?? 'an error'}.`, { retryable: true, cause });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function systemLookup(hostname: string): Promise<readonly string[]> {
  const answers = await lookup(hostname, { all: true });
  return answers.map(({ address }) => address);
}
