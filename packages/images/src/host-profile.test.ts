import { describe, expect, test } from 'vitest';
import { hostProfiles } from './host-profile.ts';

describe('hostProfiles', () => {
  test('name a page of 1688 to its picture servers, and none to others', () => {
    const profileOf = hostProfiles();

    for (const name of ['cbu01.alicdn.com', 'CBU01.ALICDN.COM.', '1688.com', 'cbu01-overseas.1688.com', 'img.alicdn.com']) expect(profileOf(name).referer, name).toBe('https://www.1688.com/');
    for (const name of ['shop.example', 'alicdn.com.shop.example', 'notalicdn.com']) expect(profileOf(name), name).toMatchObject({ referer: null, concurrency: 4 });
  });

  test('are merged: the exact name over a long pattern over a short one over what is built in', () => {
    const profileOf = hostProfiles({ 'Cbu01.alicdn.com': { concurrency: 8 }, '*.shop.example': { accept: 'image/webp', referer: 'https://a.example/' }, '*.eu.shop.example': { referer: null } });

    expect(profileOf('cbu01.alicdn.com')).toMatchObject({ concurrency: 8, referer: 'https://www.1688.com/' });
    expect(profileOf('shop.example')).toMatchObject({ accept: 'image/webp', referer: 'https://a.example/' });
    expect(profileOf('x.eu.shop.example')).toMatchObject({ accept: 'image/webp', referer: null });
  });

  test.each([
    [{ '': {} }], [{ 'https://shop.example': {} }], [{ 'shop.example:8080': {} }], [{ 'shop.*': {} }], [{ 'shop.example': { concurrency: 0 } }], [{ 'shop.example': { concurrency: 33 } }],
    [{ 'shop.example': { headers: { host: 'other' } } }], [{ 'shop.example': { headers: { 'If-Range': '"x"' } } }], [{ 'shop.example': { headers: { 'a b': 'x' } } }],
    [{ 'shop.example': { headers: { 'x-key': 'secret\r\nx: y' } } }], [{ 'shop.example': { referer: 'a\nb' } }],
  ])('%j is refused', (given) => {
    expect(() => hostProfiles(given)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('secret') }));
  });
});
