import { describe, expect, test } from 'vitest';
import { s3Address } from './s3-options.ts';
import { serviceOf } from './s3-service.ts';

const given = { bucket: 'pictures', accessKeyId: 'a', secretAccessKey: 'b' };

describe('s3Address', () => {
  test.each([
    [{}, 'https://pictures.s3.us-east-1.amazonaws.com/k'],
    [{ region: 'cn-north-1' }, 'https://pictures.s3.cn-north-1.amazonaws.com.cn/k'],
    [{ bucket: 'with.dot' }, 'https://s3.us-east-1.amazonaws.com/with.dot/k'],
    [{ endpoint: 'https://account.r2.cloudflarestorage.com', region: 'auto' }, 'https://account.r2.cloudflarestorage.com/pictures/k'],
    [{ endpoint: 'https://s3.cn-east-1.qiniucs.com/' }, 'https://pictures.s3.cn-east-1.qiniucs.com/k'],
    [{ endpoint: 'https://notaliyuncs.com' }, 'https://notaliyuncs.com/pictures/k'],
    [{ endpoint: 'http://10.0.0.1:9000/base/', style: 'path' }, 'http://10.0.0.1:9000/base/pictures/k'],
    [{ endpoint: 'http://s3.lan', style: 'virtual' }, 'http://pictures.s3.lan/k'],
  ] as const)('of %j', (options, address) => {
    expect(s3Address({ ...given, ...options }).url('k').href).toBe(address);
  });

  test('escapes keys and queries so that every reader sees the same', () => {
    const { pathname, search } = s3Address(given).url("a b+c/(图)!'*~%2F?#", { prefix: 'a b+*', uploads: '' });

    expect(pathname).toBe('/a%20b%2Bc/%28%E5%9B%BE%29%21%27%2A~%252F%3F%23');
    expect(search).toBe('?prefix=a%20b%2B%2A&uploads=');
  });
});

test('only a service that is known to keep conditional puts is trusted with them', () => {
  expect(serviceOf('s3.us-east-1.amazonaws.com').conditionalPut).toBe(true);
  for (const host of ['s3.oss-cn-hangzhou.aliyuncs.com', 'cos.ap-guangzhou.myqcloud.com', 'account.r2.cloudflarestorage.com', 'minio.lan', '127.0.0.1']) expect(serviceOf(host).conditionalPut, host).toBe(false);
});
