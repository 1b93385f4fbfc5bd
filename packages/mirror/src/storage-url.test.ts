import { describe, expect, test } from 'vitest';
import { openStorage } from './storage-url.ts';

const values = { S3_ACCESS_KEY_ID: 'AKID', S3_SECRET_ACCESS_KEY: 'canary-secret', S3_SESSION_TOKEN: undefined };
const options = { fallback: '/srv/fallback', cwd: '/srv', values };

describe('openStorage', () => {
  test.each([[undefined, '/srv/fallback'], ['images', '/srv/images'], ['file:images', '/srv/images'], ['file:///data/a%20b', '/data/a b']])('takes %s as a folder', (setting, place) => {
    const opened = openStorage(setting, options);

    expect([opened.backend.name, opened.place, opened.isOurs]).toEqual(['file', place, true]);
  });

  test.each([
    ['s3://pictures', 'https://pictures.s3.us-east-1.amazonaws.com/a'],
    ['s3://pictures/shop-a?endpoint=https://s3.oss-cn-hangzhou.aliyuncs.com&region=cn-hangzhou', 'https://pictures.s3.oss-cn-hangzhou.aliyuncs.com/shop-a/a'],
    ['s3://pictures-1250000000/?endpoint=cos.ap-guangzhou.myqcloud.com&region=ap-guangzhou', 'https://pictures-1250000000.cos.ap-guangzhou.myqcloud.com/a'],
    ['s3://Pictures_1/%E5%95%86%E5%BA%97/?endpoint=http%3A%2F%2Fminio%3A9000', 'http://minio:9000/Pictures_1/%E5%95%86%E5%BA%97/a'],
    ['s3://pictures?endpoint=http://store.test:9000/s3&style=virtual', 'http://pictures.store.test:9000/s3/a'],
    ['s3://pictures?endpoint=https://s3.oss-cn-hangzhou.aliyuncs.com&style=path', 'https://s3.oss-cn-hangzhou.aliyuncs.com/pictures/a'],
  ])('takes %s as a bucket', async (setting, address) => {
    const { backend, place, isOurs } = openStorage(setting, options);

    const signed = new URL(await backend.signedUrl!('a', { expiresInSeconds: 60 }));
    expect(`${signed.origin}${signed.pathname}`).toBe(address);
    expect([place, isOurs]).toEqual([setting, true]);
  });

  test('takes conditional puts as known of the service, or as told', () => {
    const offers = (query: string): boolean => openStorage(`s3://pictures?${query}`, options).backend.capabilities.conditionalPut;

    expect(offers('')).toBe(true);
    expect(offers('endpoint=https://minio.test')).toBe(false);
    expect(offers('endpoint=https://minio.test&conditional-put=true')).toBe(true);
    expect(offers('conditional-put=false')).toBe(false);
  });

  test.each([
    's3:', 's3:///folder', 's3://pictures:9000', 's3://AKID:canary-secret@pictures', 's3://pictures?key=canary-secret', 's3://pictures?conditional-put=perhaps', 'ftp://host/path',
  ])('refuses %s and repeats no secret', (setting) => {
    let thrown: unknown;
    try {
      openStorage(setting, options);
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toMatchObject({ code: 'CONFIG_INVALID', hint: expect.any(String) });
    expect(String(thrown)).not.toContain('canary-secret');
  });

  test('refuses a bucket without keys and names them', () => {
    const given = { ...options, values: { ...values, S3_SECRET_ACCESS_KEY: undefined } };

    expect(() => openStorage('s3://pictures', given)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('S3_SECRET_ACCESS_KEY') }));
  });

  test('leaves a backend of the user\'s own to the user', () => {
    const own = openStorage('images', options).backend;

    expect(openStorage(own, options)).toEqual({ backend: own, place: 'file', isOurs: false });
  });
});
