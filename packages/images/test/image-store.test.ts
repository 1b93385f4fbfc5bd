import { memoryBackend, withFaults, withRetry, type StorageBackend } from '@1688/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openImageStore, type ImageStore, type ImageStoreOptions } from '../src/index.ts';
import { answer, hostileServer, raw, type HostileServer } from '@1688/hostile-server';
import { picture } from './pictures.ts';

let server: HostileServer;
let jpeg: Buffer;

beforeAll(async () => {
  jpeg = await picture().jpeg().toBuffer();
  const png = await picture({ seed: 2 }).png().toBuffer();
  server = await hostileServer({
    '/a.jpg': answer(jpeg, { headers: { etag: '"a"', 'content-type': 'text/plain' } }),
    '/same.jpg': answer(jpeg),
    '/png-named.jpg': answer(png),
    '/slow.jpg': (socket, request) => { setTimeout(() => answer(jpeg)(socket, request), 100); },
    '/page.jpg': answer('<!DOCTYPE html><title>login</title>'),
    '/svg.jpg': answer('<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1/"/></svg>'),
    '/cut.jpg': raw(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${jpeg.subarray(0, 5_000).toString('latin1')}`),
    '/cut-once.jpg': (socket, request) => (request.count === 1 ? raw(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${jpeg.subarray(0, 5_000).toString('latin1')}`) : answer(jpeg))(socket, request),
    '/changed.jpg': (socket, request) => (request.head.includes('if-none-match: "old"') ? answer('', { status: '304 Not Modified' }) : answer(png, { headers: { etag: '"new"' } }))(socket, request),
  });
});
afterAll(() => server[Symbol.asyncDispose]());

function open(options: Partial<ImageStoreOptions> = {}): Promise<ImageStore> {
  return openImageStore({ storage: memoryBackend(), allow: [{ cidr: '127.0.0.1/32', port: server.port }], ...options });
}

async function keysIn(storage: StorageBackend): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return keys;
}

describe('download', () => {
  test('stores the original as it is, and its variants', async () => {
    const storage = memoryBackend();
    await using images = await open({ storage });

    const image = await images.download(`${server.origin}/a.jpg`);

    expect(image).toMatchObject({ sizeBytes: jpeg.length, widthPx: 320, heightPx: 240, format: 'jpeg', contentType: 'image/jpeg', etag: '"a"', lastModified: null, created: true, sourceUrl: `${server.origin}/a.jpg` });
    expect(image.key).toMatch(new RegExp(`^sha256/${image.sha256.slice(0, 2)}/${image.sha256.slice(2, 4)}/${image.sha256}\\.jpg$`));
    expect(await keysIn(storage)).toEqual([image.key, ...image.variants.map(({ key }) => key)].toSorted());
    await images.verify(image);
  });

  test('says when the same bytes were stored already', async () => {
    await using images = await open();
    const first = await images.download(`${server.origin}/a.jpg`);

    const second = await images.download(`${server.origin}/same.jpg`);

    expect(second).toMatchObject({ key: first.key, created: false, variants: first.variants });
  });

  test('replaces what stands there with another length', async () => {
    const storage = memoryBackend();
    await using images = await open({ storage });
    const { key } = await images.download(`${server.origin}/a.jpg`);
    await storage.put(key, 'damaged');

    expect(await images.download(`${server.origin}/a.jpg`)).toMatchObject({ created: true });
    await images.verify(key);
  });

  test('D10: believes the bytes, not the name or the type, and tells of another type', async () => {
    await using images = await open();

    expect(await images.download(`${server.origin}/a.jpg`)).toMatchObject({ format: 'jpeg', contentType: 'image/jpeg', mislabelledAs: 'text/plain' });
    expect(await images.download(`${server.origin}/same.jpg`)).toMatchObject({ mislabelledAs: null });
    await expect(images.download(`${server.origin}/page.jpg`)).rejects.toMatchObject({ code: 'IMAGE_TYPE' });

    expect(await images.download(`${server.origin}/png-named.jpg`)).toMatchObject({ format: 'png', contentType: 'image/png', key: expect.stringMatching(/\.png$/) });
  });

  test('fetches once what fifty ask for at once, also if one of them gives up', async () => {
    await using images = await open();
    const before = server.requests('/slow.jpg');
    const controller = new AbortController();
    const leaving = images.download(`${server.origin}/slow.jpg`, { signal: controller.signal });
    const staying = Array.from({ length: 49 }, () => images.download(`${server.origin}/slow.jpg`));

    controller.abort();

    await expect(leaving).rejects.toMatchObject({ code: 'ABORTED' });
    expect(new Set((await Promise.all(staying)).map(({ key }) => key)).size).toBe(1);
    expect(server.requests('/slow.jpg') - before).toBe(1);
  });

  test('stores nothing of what is no picture, or a part of one', async () => {
    const storage = memoryBackend();
    await using images = await open({ storage });

    await expect(images.download(`${server.origin}/page.jpg`)).rejects.toMatchObject({ code: 'IMAGE_TYPE' });
    await expect(images.download(`${server.origin}/svg.jpg`)).rejects.toMatchObject({ code: 'IMAGE_TYPE' });
    await expect(images.download(`${server.origin}/cut.jpg`)).rejects.toMatchObject({ code: 'IMAGE_TRUNCATED', retryable: true });
    expect(server.requests('/cut.jpg')).toBe(2);
    expect(await keysIn(storage)).toEqual([]);
  });

  test('fetches again what was cut', async () => {
    await using images = await open();

    expect(await images.download(`${server.origin}/cut-once.jpg`)).toMatchObject({ sizeBytes: jpeg.length });
  });

  test('keeps to the largest size', async () => {
    await using images = await open({ maxSizeBytes: 1_000 });

    await expect(images.download(`${server.origin}/a.jpg`)).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  test('works on a storage that fails now and then', async () => {
    await using images = await open({ storage: withRetry(withFaults(memoryBackend(), { rate: 0.3, lostAnswers: true, seed: 11 }), { attempts: 40, delayMs: 0 }) });

    for (let n = 0; n < 5; n += 1) await images.verify(await images.download(`${server.origin}/a.jpg`));
  });
});

describe('downloadAll', () => {
  test('gives each address one outcome, and goes on after a failure', async () => {
    await using images = await open();
    const urls = [`${server.origin}/a.jpg`, `${server.origin}/page.jpg`, 'no address', `${server.origin}/none.jpg`, `${server.origin}/slow.jpg`, 'http://10.0.0.1/'];
    const seen = new Map<string, string>();

    for await (const outcome of images.downloadAll(urls, { concurrency: 2 })) {
      seen.set(outcome.ok ? outcome.value.sourceUrl : outcome.item, outcome.ok ? 'stored' : outcome.error.code);
    }

    expect([...seen].toSorted()).toEqual([
      [urls[0], 'stored'], [urls[1], 'IMAGE_TYPE'], [urls[2], 'URL_INVALID'], [urls[3], 'FETCH_GONE'], [urls[4], 'stored'], [urls[5], 'ADDRESS_BLOCKED'],
    ].toSorted());
  });

  test('reads addresses no faster than it downloads', async () => {
    await using images = await open();
    let given = 0;
    function* urls(): Generator<string> {
      for (;;) {
        given += 1;
        yield `${server.origin}/a.jpg`;
      }
    }

    for await (const _ of images.downloadAll(urls(), { concurrency: 3 })) break;

    expect(given).toBe(3);
  });

  test('ends with ABORTED when it is cancelled', async () => {
    await using images = await open();
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      for await (const _ of images.downloadAll([`${server.origin}/a.jpg`, `${server.origin}/slow.jpg`], { concurrency: 2, signal: controller.signal })) controller.abort();
    };

    await expect(run()).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('a stored picture', () => {
  test('is told to have changed or not', async () => {
    await using images = await open();

    expect(await images.refresh(`${server.origin}/changed.jpg`, { etag: '"old"' })).toBeNull();
    expect(await images.refresh(`${server.origin}/changed.jpg`, { etag: '"older"' })).toMatchObject({ etag: '"new"', format: 'png', created: true });
  });

  test('has addresses on our server or on a CDN', async () => {
    await using images = await open();
    await using cdn = await open({ cdn: { baseUrl: 'https://cdn.example/shop/' } });
    const image = await images.add(jpeg);

    expect(images.url(image)).toBe(`/i/${image.sha256}/original.jpg`);
    expect(images.url(image, 'thumbnail')).toBe(`/i/${image.sha256}/thumbnail.webp`);
    expect(cdn.url(image, 'compressed')).toBe(`https://cdn.example/shop/${image.variants[1]?.key}`);
    expect(() => images.url(image, 'poster')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  test('that was altered is told from one that is absent', async () => {
    const storage = memoryBackend();
    await using images = await open({ storage });
    const image = await images.add(jpeg);
    await storage.put(image.variants[0]?.key ?? '', 'altered');

    await expect(images.verify(image)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' });
    await images.verify(image.key);
    await storage.delete(image.key);
    await expect(images.verify(image.key)).rejects.toMatchObject({ code: 'STORAGE_OBJECT_MISSING' });
  });

  test('gets its variants anew from its original', async () => {
    const storage = memoryBackend();
    await using images = await open({ storage });
    const image = await images.add(jpeg);
    for (const { key } of image.variants) await storage.delete(key);

    expect(await images.variants(image.key)).toEqual(image.variants);
    await images.verify(image);
  });

  test('is deleted with its variants', async () => {
    const storage = memoryBackend();
    await using images = await open({ storage });
    const image = await images.add(jpeg);

    await images.delete(image.key);
    await images.delete(image);

    expect(await keysIn(storage)).toEqual([]);
  });
});
