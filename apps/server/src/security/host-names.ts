import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** True for addresses and names that nobody else can reach. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Says whether a Host header names this server. A browser that was led here under a foreign name (DNS rebinding) sends that name, so on
 * loopback only loopback's own names are taken; elsewhere addresses and the names that were configured.
 */
export function hostChecker({ host, names }: { readonly host: string; readonly names: readonly string[] }): (header: string) => boolean {
  const known = new Set([...names, host].map((name) => name.toLowerCase()));
  const isPrivate = isLoopback(host);
  return (header) => {
    const name = nameOf(header);
    if (name === null) return false;
    return known.has(name) || (isPrivate ? isLoopback(name) : isIP(name) !== 0);
  };
}

/** The name in `name`, `name:port`, `[address]:port`; null for anything else. */
function nameOf(header: string): string | null {
  const match = /^(?:\[([\da-f:.]{2,45})\]|([^[\]:/?#@\s]{1,253}))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}
