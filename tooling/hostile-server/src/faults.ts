import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { answer, chunked, cutShort, drip, endless, later, raw, redirect, silent, type Behaviour } from './behaviour.ts';

export interface FaultsOptions {
  /** What honest answers carry, and broken ones a part of. */
  readonly picture: Uint8Array;
  /** Where redirects lead that are to be refused, or that cross from one origin to another: `http://127.0.0.1:8081`. */
  readonly elsewhere: string;
}

const megabyte = 1024 * 1024;

/** Behaviours by path, `/F28/gzip`: what a hostile or broken origin sends, under the row of the catalogue of faults it belongs to. */
export function faults(options: FaultsOptions): Readonly<Record<string, Behaviour>> {
  return { '/ok': answer(options.picture, { headers: { 'content-type': 'image/jpeg' } }), ...redirects(options), ...connections(options), ...bodies(options), ...statuses(), ...protocol(options) };
}

function redirects({ picture, elsewhere }: FaultsOptions): Record<string, Behaviour> {
  return {
    '/F14/private': redirect(`${elsewhere}/secret`),
    '/F14/name': redirect('http://internal.example/secret'),
    '/F14/metadata': redirect('http://169.254.169.254/latest/meta-data'),
    '/F14/scheme': redirect('file:///etc/passwd'),
    '/F14/userinfo': redirect('http://user:secret@cbu01.alicdn.com/'),
    '/F14/port': redirect('http://cbu01.alicdn.com:6379/'),
    '/F15/loop': redirect('/F15/loop-back'),
    '/F15/loop-back': redirect('/F15/loop'),
    '/F15/four': redirect('/F15/three'),
    '/F15/three': redirect('/F15/two', '301 Moved Permanently'),
    '/F15/two': redirect('one', '307 Temporary Redirect'),
    '/F15/one': redirect('/ok', '308 Permanent Redirect'),
    '/F15/nowhere': answer('', { status: '302 Found' }),
    '/F15/long': redirect(`/${'x'.repeat(10_240)}`),
    '/F15/slashes': (socket, request) => redirect(`//${/\r\nhost: (.*)\r\n/i.exec(request.head)?.[1]}/ok`)(socket, request),
    '/F15/downgrade': redirect(`${elsewhere}/ok`),
    '/F16/away': redirect(`${elsewhere}/picture`),
    '/picture': answer(picture),
  };
}

function connections({ picture }: FaultsOptions): Record<string, Behaviour> {
  const length = String(picture.length);
  return {
    '/F19/reset': raw('', 'reset'),
    '/F19/reset-body': cutShort(picture.subarray(0, 10), { 'content-length': length }, 'reset'),
    '/F21/silent': silent,
    '/F21/slow-head': drip('HTTP/1.1 200 OK\r\nx: '),
    '/F22/drip': drip('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n'),
    '/F34/later': later(answer(picture), 100),
  };
}

function bodies({ picture }: FaultsOptions): Record<string, Behaviour> {
  const bomb = Buffer.alloc(50 * megabyte);
  const encoded = (encoding: string, body: Uint8Array): Behaviour => answer(body, { headers: { 'content-encoding': encoding } });
  return {
    '/F24/announced': raw(`HTTP/1.1 200 OK\r\ncontent-length: ${100 * megabyte}\r\n\r\n`, 'stay'),
    '/F25/endless': endless,
    '/F25/longer': (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc${'x'.repeat(100_000)}`),
    '/F26/short': cutShort(picture.subarray(0, 3), { 'content-length': '1000' }),
    '/F26/no-last-chunk': raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'),
    '/F27/cut': cutShort(picture.subarray(0, picture.length / 2), { connection: 'close' }),
    '/F28/gzip': encoded('gzip', gzipSync(bomb)),
    '/F28/br': encoded('br', brotliCompressSync(bomb.subarray(0, megabyte))),
    '/F28/zstd': encoded('zstd', zstdCompressSync(bomb)),
    '/F28/stacked': encoded('gzip, gzip, br, zstd, deflate, gzip', Buffer.alloc(1_000)),
    '/F28/identity': encoded('identity', gzipSync(picture)),
    '/F29/page': answer('\n<!DOCTYPE html><title>登录</title><script>location="/x5sec"</script>', { headers: { 'content-type': 'image/jpeg' } }),
    '/F29/empty': answer(''),
  };
}

function statuses(): Record<string, Behaviour> {
  const tooMany = (header: string): Behaviour => answer('', { status: '429 Too Many Requests', headers: { 'retry-after': header } });
  return {
    '/F29/204': raw('HTTP/1.1 204 No Content\r\n\r\n', 'stay'),
    '/F29/206': answer('part', { status: '206 Partial Content' }),
    '/F29/304': answer('', { status: '304 Not Modified' }),
    '/F30/404': answer('', { status: '404 Not Found' }),
    '/F30/410': answer('', { status: '410 Gone' }),
    '/F30/403': answer('', { status: '403 Forbidden' }),
    '/F30/seconds': tooMany('120'),
    '/F30/date': (socket, request) => tooMany(new Date(Date.now() + 120_000).toUTCString())(socket, request),
    '/F30/ten-years': tooMany('315360000'),
    '/F30/garbage': tooMany('bald'),
    '/F30/500': answer('', { status: '500 Internal Server Error' }),
  };
}

function protocol({ picture }: FaultsOptions): Record<string, Behaviour> {
  const body = Buffer.from(picture.subarray(0, 4)).toString('latin1');
  return {
    '/F31/fat-headers': raw(`HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(16_384)}\r\n`.repeat(100)}\r\n`),
    '/F31/nul': raw('HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n'),
    '/F31/fold': raw(`HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 4\r\n\r\n${body}`),
    '/F31/two-lengths': raw(`HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\n${body}`),
    '/F31/length-and-chunks': raw(`HTTP/1.1 200 OK\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n4\r\n${body}\r\n0\r\n\r\n`),
    '/chunked': chunked(picture),
  };
}
