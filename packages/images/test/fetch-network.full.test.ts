// needs: iproute2 util-linux
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { errorCodes } from '@1688/core';
import { answer, hostileServer, later, silent } from '@1688/hostile-server';
import { beforeAll, describe, expect, test } from 'vitest';
import { failureOf, fetcherFor } from './fault-fixture.ts';
import { fetchMixture } from './fetch-mixture.ts';

interface End { readonly url: string; readonly end: string; readonly accepted: number; readonly redirected: string; readonly acceptedAfterRedirect: number }

const loopback = ['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', '①②⑦.⓪.⓪.①', '0.0.0.0', '127.0.0.1.', 'localhost', 'localhost.', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::127.0.0.1]'];
const own = ['10.0.0.1', '10.255.255.254', '172.16.0.1', '192.168.1.1', '100.64.0.1', '198.18.0.1', '192.0.2.1', '240.0.0.1', '[fd00::1]', '[fec0::1]', '[2001:db8::1]', '[::ffff:10.0.0.1]', '[2606:4700::5efe:a00:1]'];
const clouds = ['169.254.169.254', '100.100.100.200', '168.63.129.16', '[fd00:ec2::254]', 'metadata.google.internal', '[::ffff:169.254.169.254]'];
const names = ['private.example', 'loopback.example', 'cloud.example', 'wrapped.example'];
const held = ['10.0.0.1', '10.255.255.254', '172.16.0.1', '192.168.1.1', '100.64.0.1', '198.18.0.1', '192.0.2.1', '169.254.169.254', '100.100.100.200', '168.63.129.16', '93.184.216.34', 'fd00::1', 'fec0::1', '2001:db8::1', 'fd00:ec2::254', '2606:4700::1111', '2606:4700::5efe:a00:1'];
const hosts = ['93.184.216.34 public.example', '10.0.0.1 private.example', '127.0.0.1 localhost loopback.example', '169.254.169.254 cloud.example metadata.google.internal', '::ffff:10.0.0.1 wrapped.example'];

/** No name server answers there. */
const setUp = [
  'set -e', 'ip link set lo up',
  ...held.map((address) => `ip addr add ${address}/${address.includes(':') ? '128 nodad' : '32'} dev lo`),
  'mount -t tmpfs none /mnt', `printf '${hosts.join('\\n')}\\n' > /mnt/hosts`, 'echo nameserver 127.0.0.1 > /mnt/resolv.conf',
  'mount --bind /mnt/hosts /etc/hosts', 'mount --bind /mnt/resolv.conf /etc/resolv.conf', 'exec "$@"',
].join('\n');

async function fetchInNamespace(hostnames: readonly string[], page = '/'): Promise<End[]> {
  const root = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const script = [process.execPath, '--conditions=@1688/source', path.join(import.meta.dirname, 'fetch-in-namespace.ts'), JSON.stringify(hostnames.map((host) => `http://${host}${page}`))];
  const { stdout } = await promisify(execFile)('unshare', [...root, '--net', '--mount', 'sh', '-c', setUp, 'sh', ...script]);
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as End);
}

describe('in a network where this machine has every address', () => {
  let reachable: End[] = [];
  beforeAll(async () => { reachable = await fetchInNamespace(['public.example', '93.184.216.34', '[2606:4700::1111]'], '/ok'); });

  test('public ones are fetched, directly and after a redirect', () => {
    expect(reachable.map(({ end, accepted, redirected }) => [end, accepted, redirected])).toEqual([['picture', 1, 'picture'], ['picture', 1, 'picture'], ['picture', 1, 'picture']]);
  });

  test.each([['F05', loopback], ['F06, F07', own], ['F08', clouds], ['F09', names]] as const)('%s: and F14: what is not public is never connected to, directly or after a redirect', async (_, hostnames) => {
    for (const { url, ...end } of await fetchInNamespace(hostnames)) {
      expect(end, url).toEqual({ end: 'ADDRESS_BLOCKED', accepted: 0, redirected: 'REDIRECT_BLOCKED', acceptedAfterRedirect: 0 });
    }
  });
});

describe('many addresses', () => {
  test('F23: of a hundred origins that drip leave room for twenty good ones', { timeout: 180_000 }, async () => {
    await using origin = await hostileServer({ '/drip': silent, '/good': later(answer('picture'), 20) });
    await using fetcher = fetcherFor(origin.port, { resolve: async () => ['127.0.0.1'], timeoutMs: 300_000, idleTimeoutMs: 300_000 });
    const controller = new AbortController();
    let ended = 0;
    const drips = Array.from({ length: 100 }, async (_, n) => {
      await failureOf(fetcher.fetch(`http://drip-${n}.example:${origin.port}/drip`, { signal: controller.signal }));
      ended += 1;
    });

    const fetched = await Promise.all(Array.from({ length: 20 }, (_, n) => fetcher.fetch(`http://good-${n}.example:${origin.port}/good`)));

    expect([fetched.length, ended]).toEqual([20, 0]);
    controller.abort();
    await Promise.all(drips);
  });

  test('F36: ten thousand, three in ten hostile, end once each within the limits of memory and descriptors', { timeout: 120_000 }, async () => {
    const { ends, unclear, descriptors, before, after } = await fetchMixture({ count: 10_000, seed: 1_688 });

    expect(unclear).toBe(0);
    expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(10_000);
    expect(Object.keys(ends).filter((end) => end !== 'ok' && !(end in errorCodes))).toEqual([]);
    expect(descriptors - before).toBeLessThanOrEqual(2 * 100); // both sides of each connection are ours
    expect(after).toBeLessThanOrEqual(before);
    expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(512);
  });
});
