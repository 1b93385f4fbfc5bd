import dns from 'node:dns';
import { vi } from 'vitest';

/** Every host is this machine: a bucket in the host name needs no name server. `vi.restoreAllMocks` ends it. */
export function everyHostIsHere(): void {
  vi.spyOn(dns, 'lookup').mockImplementation(((_host: string, options: dns.LookupOptions, done: (error: null, ...found: unknown[]) => void) => {
    if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  }) as typeof dns.lookup);
}
