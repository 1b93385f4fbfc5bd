import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cliStore } from './cli-store.ts';

test('storage move tells what to set, goes on with a place that is not free as refused, and speaks both languages', async () => {
  await using store = await cliStore({ STORAGE_PATH: 'old' });
  await mkdir(path.join(store.folder, 'taken'));
  await writeFile(path.join(store.folder, 'taken', 'holiday.jpg'), 'x');

  const missing = await store.run('storage', 'move');
  const refused = await store.run('storage', 'move', '--to', 'taken', '--json');
  const moved = await store.run('storage', 'move', '--to', 'new');
  const chinese = await store.run('storage', 'move', '--to', 'new', '--lang', 'zh');
  const json = await store.run('storage', 'move', '--to', 'new', '--json');

  const setting = `STORAGE_URL=file:${path.join(store.folder, 'new')}`;
  expect([missing.code, refused.code, moved.code, chinese.code, json.code]).toEqual([2, 5, 0, 0, 0]);
  expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, error: { code: 'REFUSED' } });
  expect(moved.stdout).toContain(`Set ${setting} now.`);
  expect(chinese.stdout).toContain(`请立即设置 ${setting}`);
  expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'storage-move@1', ok: true, data: { moved: true, failed: [], damaged: [], setting }, next: [setting] });
});
