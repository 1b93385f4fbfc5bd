import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { cliStore } from './cli-store.ts';

interface Preview { preview: { profile: string; encoding: string; why: string; candidates: { profile: string }[]; columns: { header: string; field: string | null }[] | null; records: { line: number; product: { title: string } | null; rejected: { code: string; field: string } | null }[] }[] }
interface Run { syncRecord: { options: unknown }; created: number; rejected: number }
interface Rejects { items: { id: string; document: string; field: string | null }[] }
interface Replayed { replayed: number; failed: number; failures: Record<string, number> }

const own = '品号,名,元/个,备注\n610000000001,连衣裙,12.5,x\n610000000002,雨伞,便宜,\n610000000003,花瓶,9,\n';
const map = ['--map', '品号=offerId', '--map', '名=商品标题', '--map', '元/个=priceMinCny'];

test('a preview tells profile, encoding, reasons and where each column goes, and writes nothing', async () => {
  await using store = await cliStore({ DATABASE_URL: '' });
  await store.file('own.csv', own);

  const { preview: [told] } = await store.data<Preview>('import', 'own.csv', '--preview', '2', ...map);
  const shown = await store.run('import', 'own.csv', '--preview', '2', ...map, '--lang', 'zh');

  expect(told).toMatchObject({ profile: 'table', encoding: 'utf-8', why: expect.stringContaining('columns were named') as string, columns: [{ header: '品号', field: 'offerId' }, { header: '名', field: 'title' }, { header: '元/个', field: 'priceMinCny' }, { header: '备注', field: null }] });
  expect(told!.records).toMatchObject([{ line: 2, product: { title: '连衣裙' } }, { line: 3, product: null, rejected: { code: 'FIELD_INVALID', field: '元/个' } }]);
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/依据：[^]*元\/个 +priceMinCny[^]*备注 +（只保留在原始记录中）[^]*连衣裙 +12\.50/) as string });
  expect(await readdir(store.folder)).toEqual(['own.csv']);
});

test('a preview shows what else a file could be, and another profile may be asked for', async () => {
  await using store = await cliStore({ DATABASE_URL: '' });
  await store.file('rows.jsonl', '{"item_id":"610000000001","title":"连衣裙","product_url":"https://detail.1688.com/offer/610000000001.html","price":"35"}\n');

  const detected = await store.data<Preview>('import', 'rows.jsonl', '--preview', '1');
  const asked = await store.data<Preview>('import', 'rows.jsonl', '--preview', '1', '--profile', 'table');
  const shown = await store.run('import', 'rows.jsonl', '--preview', '1', '--lang', 'en');

  expect(detected.preview[0]).toMatchObject({ profile: 'reseller', why: expect.stringContaining('item_id, product_url') as string, candidates: [{ profile: 'reseller' }, { profile: 'table' }] });
  expect(asked.preview[0]).toMatchObject({ profile: 'table', why: expect.stringContaining('asked for') as string, columns: [{ header: 'item_id', field: 'offerId' }, { field: 'title' }, { field: 'url' }, { field: 'price' }] });
  expect(shown.stdout).toContain('Also possible: table 45 %');
});

test('the columns of an import stand in its sync record, and its rejects are replayed with them', async () => {
  await using store = await cliStore();
  await store.file('own.csv', own);

  const run = await store.data<Run>('import', 'own.csv', ...map);
  const replayed = await store.data<Replayed>('rejects', 'replay');
  const { items } = await store.data<Rejects>('rejects', 'list');

  expect(run).toMatchObject({ created: 2, rejected: 1, syncRecord: { options: { reading: { columns: { 品号: 'offerId', 名: '商品标题', '元/个': 'priceMinCny' } } } } });
  expect(replayed).toMatchObject({ replayed: 0, failed: 1, failures: { FIELD_INVALID: 1 } });
  expect(items).toMatchObject([{ field: '元/个' }]);
});

test.each([
  [['--map', '名=titel'], 'supplier.name'], [['--map', '名字=title'], '品号'], [['--map', 'title'], '标题=title'], [[...map, '--profile', 'reseller'], 'reseller'],
])('columns that cannot be are wrong use: %j', async (flags, named) => {
  await using store = await cliStore({ DATABASE_URL: '' });
  await store.file('own.csv', own);

  const ended = await store.run('import', 'own.csv', '--preview', '1', ...flags);

  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(named) as string });
});
