import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { answer, hostileServer, type HostileServer } from '@1688/hostile-server';
import { SyncError } from '@1688/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressGuard } from '../src/address-guard.ts';
import { openFetcher, type FetcherOptions } from '../src/fetcher.ts';
import { expectFailure, fetcherFor, watchDescriptors } from './fault-fixture.ts';

let server: HostileServer;

beforeAll(async () => {
  server = await hostileServer({ '/ok': answer('picture'), '/last': answer('picture', { headers: { connection: 'close' } }) });
  await using fetcher = fetcherFor(server.port);
  await fetcher.fetch(`${server.origin}/ok`); // what is opened once stays open
});
afterAll(() => server[Symbol.asyncDispose]());
watchDescriptors();

/** Fetches with the port of the server allowed for an address that nobody has: whoever gets through to the server was not held up by its port. */
async function refused(url: string, code: string, options: FetcherOptions = {}): Promise<void> {
  await using fetcher = openFetcher({ allow: [{ cidr: '198.51.100.7/32', port: server.port }], attempts: 1, ...options });
  const before = server.accepted();

  await expectFailure(fetcher.fetch(url), { code, retryable: false }, url.slice(0, 60));

  expect(server.accepted(), url).toBe(before);
}

describe('text that is no address', () => {
  test('F01: of many kinds is URL_INVALID', async () => {
    for (const text of ['', ' ', 'no address', 'https://', '://x', `http://a/${'x'.repeat(65_536)}`, 'http://a b/', 'http://a/\0', 'http://127.0.0.1/\r\nHost: evil', '无图']) await refused(text, 'URL_INVALID');
  });

  test('F02: of another scheme is URL_SCHEME, and two slashes are read as https', async () => {
    for (const text of ['file:///etc/passwd', 'data:image/png;base64,AA', 'ftp://a/', 'gopher://a/', 'blob:https://a/1', 'javascript:alert(1)', ' FILE:/etc/passwd']) await refused(text, 'URL_SCHEME');
    await refused('//127.0.0.1/x', 'ADDRESS_BLOCKED');
  });

  test('F03: with a password is URL_CREDENTIALS, and the password is not told', async () => {
    for (const text of ['http://user:secret@127.0.0.1/', 'http://secret@shop.example/', 'http://:secret@shop.example/']) await refused(text, 'URL_CREDENTIALS');
  });

  test('F04: on a port of other services is URL_PORT', async () => {
    for (const port of [22, 25, 6379, 8080, 0, 65_536, 99_999]) await refused(`http://shop.example:${port}/`, 'URL_PORT');
  });
});

describe('addresses that are not public', () => {
  test('F05: of this machine are blocked in every spelling', async () => {
    const hosts = ['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f.1', '0x7f000001', '0177.0.0.1', '１２７.０.０.１', '①②⑦.⓪.⓪.①', '0.0.0.0', '0', '127.0.0.1.', 'localhost', 'LOCALHOST.', 'pictures.localhost', '127。0。0。1'];
    for (const host of hosts) await refused(`http://${host}:${server.port}/ok`, 'ADDRESS_BLOCKED');
  });

  test('F06: of every private and reserved range are blocked at both of its ends', async () => {
    const ends = [
      '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255', '100.64.0.0', '100.127.255.255', '169.254.0.0', '169.254.255.255', '192.0.0.0', '192.0.0.255',
      '192.88.99.0', '192.88.99.255', '198.18.0.0', '198.19.255.255', '192.0.2.1', '198.51.100.1', '203.0.113.255', '224.0.0.1', '239.255.255.255', '240.0.0.0', '255.255.255.255', '127.255.255.255',
    ];
    for (const address of ends) await refused(`http://${address}/`, 'ADDRESS_BLOCKED');
  });

  test('F07: of IPv6 are blocked, also where they carry another address', async () => {
    const addresses = [
      '::1', '::', 'fe80::1', 'fc00::', 'fdff::1', 'fec0::1', 'ff02::1', '2001:db8::1', '100::1', '3fff::1', '5f00::1', '2002:7f00:1::', '2001::1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1',
      '::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '::ffff:0:127.0.0.1', '2400:3200::5efe:7f00:1', 'fe80::200:5efe:7f00:1', '::ffff:100.100.100.200',
    ];
    for (const address of addresses) await refused(`http://[${address}]/`, 'ADDRESS_BLOCKED');
    expect(() => addressGuard().check('fe80::1%lo', 80)).toThrow(expect.objectContaining({ code: 'ADDRESS_BLOCKED' }));
  });

  test('F08: where clouds hand out credentials are blocked, and no range that holds one can be allowed', async () => {
    for (const host of ['169.254.169.254', '[fd00:ec2::254]', '100.100.100.200', '168.63.129.16', 'metadata.google.internal', 'metadata.google.internal.']) await refused(`http://${host}/`, 'ADDRESS_BLOCKED');
    for (const cidr of ['169.254.0.0/16', '0.0.0.0/0', '100.64.0.0/10', '168.63.129.16/32', 'fd00::/8', '::/0', '::ffff:169.254.169.254/128']) {
      expect(() => openFetcher({ allow: [{ cidr, port: 80 }] }), cidr).toThrow(expect.objectContaining({ code: 'CONFIG_UNSAFE' }));
    }
  });
});

describe('names', () => {
  const named = (): string => `http://pictures.example:${server.port}/ok`;

  test('F09: of private addresses are blocked', async () => {
    for (const address of ['127.0.0.1', '10.1.2.3', '::1', '::ffff:127.0.0.1']) await refused(named(), 'ADDRESS_BLOCKED', { resolve: async () => [address] });
  });

  test('F10: with public and private addresses are blocked, in either order', async () => {
    for (const addresses of [['93.184.216.34', '127.0.0.1'], ['127.0.0.1', '93.184.216.34']]) await refused('http://pictures.example/', 'ADDRESS_BLOCKED', { resolve: async () => addresses });
  });

  test('F11: are looked up once a connection, and what they lead to later is checked again', async () => {
    await using elsewhere = await hostileServer({ '/last': answer('secret') }, { host: '127.0.0.2', port: server.port });
    const answers = ['127.0.0.1', '127.0.0.2'];
    let lookups = 0;
    await using fetcher = fetcherFor(server.port, { resolve: async () => [answers[lookups++] ?? '127.0.0.2'] });

    expect(Buffer.from((await fetcher.fetch(`http://pictures.example:${server.port}/last`)).bytes).toString()).toBe('picture');

    expect(lookups).toBe(1);
    await expectFailure(fetcher.fetch(`http://pictures.example:${server.port}/last`), { code: 'ADDRESS_BLOCKED', retryable: false });
    expect([lookups, elsewhere.accepted()]).toEqual([2, 0]);
  });

  test('F12: that are not found at first are checked when they are', async () => {
    let lookups = 0;
    const resolve = async (): Promise<string[]> => {
      lookups += 1;
      if (lookups === 1) throw new SyncError('DNS_FAILED', 'no answer', { retryable: true });
      return ['127.0.0.1'];
    };

    await refused(named(), 'ADDRESS_BLOCKED', { resolve, attempts: 3, retryDelayMs: 1 });

    expect(lookups).toBe(2);
  });

  test('F13: that are looked up for ever end in FETCH_TIMEOUT', async () => {
    await using fetcher = openFetcher({ resolve: () => new Promise(() => {}), connectTimeoutMs: 100, attempts: 1 });

    await expectFailure(fetcher.fetch('http://pictures.example/'), { code: 'FETCH_TIMEOUT', retryable: true });
  });

  test('F17: that lead elsewhere later keep the connection that was checked, for as long as it lasts', async () => {
    const answers = ['127.0.0.1', '10.1.2.3'];
    let lookups = 0;
    await using fetcher = fetcherFor(server.port, { hosts: { 'pictures.example': { concurrency: 1 } }, resolve: async () => [answers[lookups++] ?? '10.1.2.3'] });
    const before = server.accepted();
    await fetcher.fetch(named());
    await fetcher.fetch(`http://pictures.example:${server.port}/last`);
    expect([lookups, server.accepted() - before]).toEqual([1, 1]);

    await expectFailure(fetcher.fetch(named()), { code: 'ADDRESS_BLOCKED', retryable: false });

    expect([lookups, server.accepted() - before]).toEqual([2, 1]);
  });
});

describe('proxies', () => {
  test('F18: that the environment names are not used', async () => {
    await using proxy = await hostileServer({});
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
    const environment = { ...process.env, NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '', ...Object.fromEntries(names.map((name) => [name, proxy.origin])) };

    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@1688/source', path.join(import.meta.dirname, 'fetch-through-environment.ts'), `${server.origin}/ok`], { env: environment });

    expect([stdout, proxy.accepted()]).toEqual(['picture', 0]);
  });

  test('F18: are used when they are named and trusted, never without that word', async () => {
    await using proxy = await hostileServer({ 'http://pictures.example/a.jpg': answer('through the proxy') });
    await using fetcher = openFetcher({ proxy: { url: proxy.origin, trustedForSsrf: true } });

    expect(Buffer.from((await fetcher.fetch('http://pictures.example/a.jpg')).bytes).toString()).toBe('through the proxy');

    await expectFailure(fetcher.fetch('http://10.0.0.1/'), { code: 'ADDRESS_BLOCKED', retryable: false });
    expect(() => openFetcher({ proxy: { url: proxy.origin, trustedForSsrf: false } })).toThrow(expect.objectContaining({ code: 'CONFIG_UNSAFE' }));
    expect(() => openFetcher({ proxy: { url: 'socks5://secret@x', trustedForSsrf: true } })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('secret') }));
  });
});
