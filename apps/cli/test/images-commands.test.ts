import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliStore, type CliStore } from './cli-store.ts';

/** Two suppliers' offers with one stored picture, whose file is missing. */
async function twoOffers({ database: { db } }: CliStore): Promise<void> {
  await db.knex.raw(`
    insert into sync1688.suppliers (source_id, company_name) select 's' || n, n || '号工厂' from generate_series(1, 2) n;
    insert into sync1688.products (source_id, title, supplier_id) select right(source_id, 1), '连衣裙', id from sync1688.suppliers;
    insert into sync1688.image_objects (sha256, key, size_bytes, width_px, height_px, format, perceptual_hash, reference_count)
      select h, 'sha256/aa/aa/' || h || '.jpg', 100, 800, 800, 'jpeg', '0f1e2d3c4b5a6978', 2 from repeat('a', 64) h;
    insert into sync1688.product_images (product_id, role, position, url, canonical_url, state, sha256)
      select id, 'main', 0, 'https://cbu01.alicdn.com/img/dress.jpg', 'https://cbu01.alicdn.com/img/dress.jpg', 'stored', repeat('a', 64) from sync1688.products`);
}

test('the same goods are found, and a decision about them is remembered', async () => {
  await using store = await cliStore();
  await twoOffers(store);

  const found = await store.data<{ items: { offerId: string; score: number }[] }>('same', '1');
  const decided = await store.data<{ items: object[] }>('same', '1', '--with', '2', '--decide', 'different');
  const half = await store.run('same', '1', '--decide', 'same');

  expect(found.items).toMatchObject([{ offerId: '2', score: 1 }]);
  expect(decided.items).toEqual([]);
  expect(half.code).toBe(2);
});

test('duplicates are listed, and pictures by class', async () => {
  await using store = await cliStore();
  await twoOffers(store);

  const dupes = await store.data<{ items: { products: number }[] }>('images', 'dupes');
  const listed = await store.data<{ items: object[] }>('images', 'list', '--kind', 'shared', '--shape', 'square', '--type', 'jpeg', '--role', 'main');

  expect(dupes.items).toMatchObject([{ products: 2 }]);
  expect(listed.items).toHaveLength(2);
  expect((await store.run('images', 'dupes', '--near', '--distance', '16')).code).toBe(2);
});

test('a collection spares at least an hour, and a dry run does nothing', async () => {
  await using store = await cliStore();

  expect((await store.run('images', 'gc', '--grace', '10m')).code).toBe(2);
  expect(await store.data('images', 'gc', '--dry-run')).toMatchObject({ dryRun: true, collected: 0, strays: 0 });
  expect((await store.run('images', 'gc', '--lang', 'zh')).stdout).toContain('回收站');
});

test('an export says what is missing, and the address of a picture is printed', async () => {
  await using store = await cliStore();
  await store.run('images', 'pull');
  await twoOffers(store);

  const exported = await store.run('images', 'export', '--by', 'product', '-o', 'pictures');

  expect(exported.code).toBe(4);
  expect(await readdir(path.join(store.folder, 'pictures'))).toEqual(['连衣裙 1', '连衣裙 2']);
  expect((await store.run('images', 'url', 'a'.repeat(64))).stdout).toBe(`/i/${'a'.repeat(64)}/original.jpg\n`);
});
