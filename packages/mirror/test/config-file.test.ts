import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { products } from '@1688/db';
import { loadConfig, migrateStore, openMirror, pullImages, type Config } from '@1688/mirror';
import { testDatabase } from '@1688/vitest';
import { expect, test } from 'vitest';
import { numbered, pictureServer } from './picture-server.ts';

async function configured(folder: string, url: string, file: string): Promise<Config> {
  await writeFile(path.join(folder, '1688sync.config.mjs'), file);
  return loadConfig({ cwd: folder, env: { DATABASE_URL: url, DATA_DIR: folder } });
}

test('migrations of the config file run after ours, are told by status and taken back', async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'config-'));
  await using database = await testDatabase();
  const config = await configured(folder.path, database.url, "export const config = { migrations: [{ name: '9001-shop-marks', up: 'create table :schema:.shop_marks (id bigint primary key)', down: 'drop table :schema:.shop_marks' }] };\n");

  const waiting = await migrateStore(config, 'status');
  await (await openMirror(config)).close();
  const applied = await migrateStore(config, 'status');
  const { rows } = await database.db.knex.raw<{ rows: object[] }>('select * from sync1688.shop_marks');
  const reverted = await migrateStore(config, 'down');

  expect(waiting.pending).toEqual(['9001-shop-marks']);
  expect([applied.pending, applied.applied.at(-1)?.name, rows]).toEqual([[], '9001-shop-marks', []]);
  expect(reverted.pending).toEqual(['9001-shop-marks']);
});

test('pictures are fetched as the config file says', async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'config-'));
  await using database = await testDatabase();
  const referers: (string | undefined)[] = [];
  await using server = await pictureServer((url, response) => {
    referers.push(response.req.headers.referer);
    return numbered(url, response);
  });
  const config = await configured(folder.path, database.url, `export const config = { decode: 'none', fetching: { allow: ${JSON.stringify(server.allow)}, hosts: { '127.0.0.1': { referer: 'https://detail.1688.com/' } } } };\n`);
  await products(database.db).upsert({ offerId: '610947572360', title: '雪纺连衣裙', images: [{ url: `${server.origin}/1.png`, role: 'main' }] });
  await using mirror = await openMirror(config);

  const result = await pullImages(mirror);

  expect(result).toMatchObject({ stored: 1, failed: 0 });
  expect(referers).toEqual(['https://detail.1688.com/']);
  const { rows } = await database.db.knex.raw<{ rows: object[] }>('select thumbhash, (select count(*)::integer from sync1688.image_variants) as variants from sync1688.image_objects');
  expect(rows).toEqual([{ thumbhash: null, variants: 0 }]);
});
