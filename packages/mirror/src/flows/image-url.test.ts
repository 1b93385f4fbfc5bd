import { expect, test } from 'vitest';
import { isValidHmacUrl, signedForAliyun, signedWithHmac } from './image-url.ts';

const now = new Date('2026-01-02T03:04:05Z');

test('an address for Aliyun carries time, random text, user and the MD5 of all with the key', () => {
  const signed = signedForAliyun(new URL('http://cdn.example.com/video/standard/1K.html'), 'aliyuncdnexp1234', { now: new Date(1_444_435_200_000), random: '0' });

  expect(signed).toBe('http://cdn.example.com/video/standard/1K.html?auth_key=1444435200-0-0-80cd3862d699b7118eed99103f2a3a4f');
});

test('an address with an HMAC holds until it expires, and for its own path and key only', () => {
  const signed = signedWithHmac(new URL('https://img.example.com/a/b.webp'), 'secret', { now, expiresInSeconds: 60 });
  const other = new URL(signed.replace('b.webp', 'c.webp'));

  expect(isValidHmacUrl(new URL(signed), 'secret', now)).toBe(true);
  expect(isValidHmacUrl(new URL(signed), 'secret', new Date(now.getTime() + 60_000))).toBe(false);
  expect(isValidHmacUrl(new URL(signed), 'other', now)).toBe(false);
  expect(isValidHmacUrl(other, 'secret', now)).toBe(false);
  expect(isValidHmacUrl(new URL('https://img.example.com/a/b.webp'), 'secret', now)).toBe(false);
});
