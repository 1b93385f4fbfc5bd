import tls from 'node:tls';
import { certificateAuthority } from '@1688/hostile-server';
import { text } from '@1688/storage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { s3Backend } from '../src/index.ts';
import { everyHostIsHere } from './any-host.ts';
import { bucketName, keys, openDouble } from './s3-double.ts';

const authority = certificateAuthority();
const trusted = tls.getCACertificates();
beforeAll(everyHostIsHere);
afterAll(() => {
  tls.setDefaultCACertificates(trusted);
  vi.restoreAllMocks();
});

const backendAt = (port: number): ReturnType<typeof s3Backend> => s3Backend({ ...keys, bucket: bucketName, endpoint: `https://s3.test:${port}`, style: 'virtual', delayMs: 1 });

test.each([
  ['of an authority that nobody knows', 'pictures.s3.test', 30, false],
  ['of another host', 'pictures.other.test', 30, true],
  ['that has ended', 'pictures.s3.test', -3, true],
])('a certificate %s is refused at once, with a hint', async (_name, host, days, isKnown) => {
  tls.setDefaultCACertificates(isKnown ? [...trusted, authority.cert] : trusted);
  await using double = await openDouble({ style: 'virtual', tls: authority.issue(host, days) });
  const backend = backendAt(double.port);

  await expect(backend.put('a', 'x')).rejects.toMatchObject({ code: 'STORAGE_IO', retryable: false, hint: expect.stringContaining('certificate') });

  await backend.close?.();
});

test('a certificate of a known authority is taken', async () => {
  tls.setDefaultCACertificates([...trusted, authority.cert]);
  await using double = await openDouble({ style: 'virtual', tls: authority.issue('pictures.s3.test') });
  const backend = backendAt(double.port);

  await backend.put('图.jpg', 'bytes');

  expect(await text((await backend.get('图.jpg')).body)).toBe('bytes');
  await backend.close?.();
});
