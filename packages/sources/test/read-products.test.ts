import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defineProfile, detectSource, readProducts } from '@1688/sources';
import { bytes, collected, fixture, readAll, readGood, readRejects } from './read-all.ts';
import { makeWorkbook, makeZip } from './workbook.ts';

const row = { item_id: '610000000001', product_url: 'https://detail.1688.com/offer/610000000001.html', title: '夏季雪纺连衣裙女', price: '35.00' };
const json = JSON.stringify(row);

describe('one record in each layout', () => {
  test.each([
    ['json', json], ['json', JSON.stringify(row, null, 2)], ['json', `[${json}]`], ['json', `[\n  ${json},\n  ${json}\n]`], ['json', `{"code":200,"data":{"items":[${json}]}}`], ['json', `mtopjsonp1({"data":[${json}]});`],
    ['jsonl', `${json}\n${json}\n`], ['jsonl', `\uFEFF${json}\r\n\r\n${json}`], ['jsonl', `cb(${json});\ncb(${json});\n`], ['jsonl', `\u001E${json}\n\u001E${json}\n`], ['json', `${JSON.stringify(row, null, 2)}\n${JSON.stringify(row, null, 2)}\n`],
    ['csv', `商品ID,商品标题,价格\n${row.item_id},${row.title},35\n`], ['csv', `导出时间：今天,,\n商品ID;商品标题;价格\n${row.item_id};${row.title};35\n`], ['tsv', `offer_id\ttitle\tprice\n${row.item_id}\t${row.title}\t35`],
  ])('%s: %j', async (format, text) => {
    const records = await readGood(bytes(text));

    expect(await detectSource(bytes(text))).toMatchObject({ format });
    expect(records.length).toBeGreaterThan(0);
    for (const { product } of records) expect(product).toMatchObject({ offerId: row.item_id, title: row.title, priceMinCny: '35.00' });
    expect(await readRejects(bytes(text))).toEqual([]);
  });
});

test('a path, bytes and a stream give the same', async () => {
  const path = fixture('table.gb18030.csv');

  const outcomes = await readAll(path);

  expect(await readAll(createReadStream(path, { highWaterMark: 11 }))).toEqual(outcomes);
  expect(outcomes).toHaveLength(9);
});

test('an array of pages, pages a line and a long list under one key are read record by record', async () => {
  const page = `{"data":[${json},${json}]}`;
  const long = `{"RECORDS":[${Array.from({ length: 3_000 }, () => json).join(',\n')}]}`;

  expect((await readGood(bytes(`[${page},${page}]`))).map(({ position }) => position.pointer)).toEqual(['/0/data/0', '/0/data/1', '/1/data/0', '/1/data/1']);
  expect((await readGood(bytes(`${page}\n${page}\n`))).map(({ position }) => [position.line, position.record, position.pointer])).toEqual([[1, 1, '/data/0'], [1, 2, '/data/1'], [2, 3, '/data/0'], [2, 4, '/data/1']]);
  expect((await readGood(bytes(long))).at(-1)!.position).toEqual({ line: 3_000, record: 3_000, pointer: '/RECORDS/2999' });
});

test('ids beyond 2^53 keep every digit', async () => {
  const [record] = await readGood(bytes(json.replace('"610000000001"', '7091800003790954036')));

  expect(record!.product.offerId).toBe('7091800003790954036');
});

test('the detection names format, encoding, profile and reasons, and costs no record', async () => {
  await using reader = readProducts(bytes(`${json}\n${json}`));

  expect(await reader.detection).toEqual({
    format: 'jsonl', encoding: 'utf-8', profile: 'reseller', columns: null, why: 'valid UTF-8; 2 records looked at with item_id, product_url, 90 % sure; next table, 45 %',
    candidates: [{ profile: 'reseller', confidence: 0.9, records: 2 }, { profile: 'table', confidence: 0.45, records: 2 }],
  });
  expect(await collected(reader)).toHaveLength(2);
  expect(() => reader[Symbol.asyncIterator]()).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
});

describe('an input that cannot be read at all', () => {
  test.each([
    ['no byte', '', 'SOURCE_EMPTY'], ['blanks', ' \n\n', 'SOURCE_EMPTY'], ['a mark only', '\uFEFF', 'SOURCE_EMPTY'], ['an empty list', '[]', 'SOURCE_EMPTY'], ['a page without hits', '{"code":200,"data":{"items":[]}}', 'SOURCE_EMPTY'],
    ['headers only', '商品ID,商品标题\n', 'SOURCE_EMPTY'], ['a web page', '<!DOCTYPE html><title>登录</title>', 'SOURCE_FORMAT'], ['prose', '只是一句话\n', 'SOURCE_FORMAT'], ['a cut download', `{"data":[${json.slice(0, 40)}`, 'SOURCE_FORMAT'],
    ['records of something else', '{"temperature":21}\n{"temperature":22}', 'SOURCE_PROFILE'], ['a table of something else', 'id,name,email\n1,a,b\n', 'SOURCE_PROFILE'],
  ])('%s', async (_name, text, code) => {
    await expect(readAll(bytes(text))).rejects.toMatchObject({ name: 'SyncError', code, hint: expect.any(String) as string });
    await expect(detectSource(bytes(text))).rejects.toMatchObject({ code });
  });

  test.each([
    ['random bytes', Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 7_919 + (index >> 3) * 104_729) % 256))],
    ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ')], ['a JPEG', Buffer.from('ffd8ffe000104a46494600', 'hex')], ['a PNG', Buffer.from('89504e470d0a1a0a0000000d', 'hex')], ['an old Excel file', Buffer.from('d0cf11e0a1b11ae100000000', 'hex')],
    ['gzip', Buffer.from('1f8b080000000000', 'hex')], ['a ZIP that is no workbook', makeZip({ 'readme.txt': 'hello' })], ['a cut workbook', makeWorkbook({ a: [['x']] }).subarray(0, 300)],
  ])('%s is no known file type', async (_name, input) => {
    await expect(readAll(input)).rejects.toMatchObject({ code: 'SOURCE_FORMAT', hint: expect.any(String) as string });
  });

  test('a missing file and a directory', async () => {
    await expect(readAll(fixture('absent.csv'))).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE', message: expect.stringContaining('ENOENT') as string });
    await expect(readAll(fixture('.'))).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE', hint: expect.any(String) as string });
  });

  test('a stream that breaks', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield bytes(`${json}\n`.repeat(3_000));
      throw new Error('socket hang up');
    }

    await expect(readAll(breaking())).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE', message: expect.stringContaining('socket hang up') as string });
  });

  test('a profile that does not exist', async () => {
    await expect(readAll(bytes(json), { profile: 'nonsense' })).rejects.toMatchObject({ code: 'SOURCE_PROFILE', message: expect.stringContaining('reseller') as string });
  });

  test('a signal stops the reading', async () => {
    const controller = new AbortController();
    const reader = readProducts(bytes(`${json}\n`.repeat(50_000)), { signal: controller.signal })[Symbol.asyncIterator]();
    await reader.next();
    controller.abort();

    await expect((async () => { while (!(await reader.next()).done); })()).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('one bad record among good ones', () => {
  test('broken JSON, text of another encoding, a scalar: the others land', async () => {
    const input = Buffer.concat([bytes(`${json}\n{"item_id":\n`), Buffer.from('{"item_id":"2","title":"\xc1\xac\xd2\xc2"}\n', 'latin1'), bytes(`7\n${json}\n`)]);

    expect(await readRejects(input)).toEqual(['2 RECORD_INVALID null', '3 RECORD_INVALID null', '4 RECORD_INVALID null']);
    expect((await readGood(input)).map(({ position }) => position.line)).toEqual([1, 5]);
  });

  test.each([
    [{ price: 'NaN' }, 'FIELD_INVALID price'], [{ price: -1 }, 'FIELD_INVALID price'], [{ price: '1e400' }, 'FIELD_INVALID price'], [{ price: 0.1 + 0.2 }, 'FIELD_INVALID price'], [{ currency: 'USD' }, 'FIELD_INVALID currency'],
    [{ item_id: '' }, null], [{ item_id: '', product_url: '' }, 'FIELD_MISSING item_id'], [{ item_id: '7 12' }, 'FIELD_INVALID item_id'], [{ item_id: '7.1E+11' }, 'FIELD_INVALID item_id'], [{ title: ' <em></em> ' }, 'FIELD_MISSING title'],
    [{ title: '长'.repeat(1_001) }, 'FIELD_TOO_LONG title'], [{ stock: -3 }, 'FIELD_INVALID stock'], [{ quantity_prices: [{ begin_num: '2', price: 'x' }] }, 'FIELD_INVALID quantity_prices.0.price'],
    [{ skus: [{ skuid: '1', sale_price: '1' }, { skuid: '2', sale_price: 'x' }] }, 'FIELD_INVALID skus.1.sale_price'], [{ goods_score: 'many' }, null], [{ sale_info: { sale_quantity: '很多' } }, null],
    [{ desc: 'x'.repeat(2_000_001) }, 'FIELD_TOO_LONG desc'],
  ])('%j → %s', async (change, reject) => {
    const rejects = await readRejects(bytes(`${JSON.stringify({ ...row, ...change })}\n`), { profile: 'reseller' });

    expect(rejects).toEqual(reject === null ? [] : [`1 ${reject}`]);
  });

  test('NUL and control characters go, private use and full width stay', async () => {
    const [record] = await readGood(bytes(JSON.stringify({ ...row, title: 'Ａ\u0000连\u0007衣\uE5E5裙\uD83D' })));

    expect(record!.product.title).toBe('Ａ连衣\uE5E5裙\uFFFD');
  });
});

describe('a workbook', () => {
  test('gives ids as text, numbers as Excel shows them and dates in China time', async () => {
    const workbook = makeWorkbook({
      说明: [['请勿修改']],
      商品: [
        ['商品导出'],
        ['商品ID', '商品标题', '价格', '库存', '创建时间'],
        [{ number: '610947572360' }, '连衣裙 & <新>', { number: '91.079999999999998' }, { number: '3' }, { date: 45_512.634_965_277_78 }],
        ['610000000002', '雨伞', '面议', null, null],
        [{ number: '6.1094757236E+11' }, '花瓶', { number: '12' }, null, null],
        [{ number: '1234567890123456789' }, '编号太长', { number: '1' }, null, null],
        ['6.1E+11', '编号毁了', { number: '1' }, null, null],
      ],
    });

    const good = await readGood(workbook);

    expect(await detectSource(workbook)).toMatchObject({ format: 'xlsx', encoding: null, profile: 'table' });
    expect(good.map(({ product }) => product)).toEqual([
      { offerId: '610947572360', title: '连衣裙 & <新>', priceMinCny: '91.08', priceMaxCny: '91.08', stockQuantity: 3, createdAtSource: new Date('2024-08-08T07:14:21Z') },
      { offerId: '610000000002', title: '雨伞', priceMinCny: null, priceMaxCny: null },
      { offerId: '610947572360', title: '花瓶', priceMinCny: '12.00', priceMaxCny: '12.00' },
    ]);
    expect(good[0]!.position).toEqual({ line: 3, record: 1, pointer: '/商品' });
    expect(await readRejects(workbook)).toEqual(['6 FIELD_INVALID 商品ID', '7 FIELD_INVALID 商品ID']);
  });

  test('says what Excel has done to an id', async () => {
    const [outcome] = await readAll(makeWorkbook({ a: [['商品ID', '商品标题'], ['6.1E+11', '连衣裙']] }));

    expect(outcome).toMatchObject({ ok: false, error: { message: expect.stringContaining('Excel has cut the digits') as string } });
  });
});

describe('a profile of one’s own', () => {
  const mine = defineProfile({
    name: 'mine',
    mapperVersion: 3,
    isRecord: (value) => 'sku_no' in value,
    map: (record) => ({ kind: 'detail', product: { offerId: String(record['sku_no']), title: record['label'] as string }, fields: { offerId: 'sku_no', title: 'label' } }),
  });

  test('is asked first, and its fields are named in its own words', async () => {
    const input = bytes('{"sku_no":"7","label":"裙"}\n{"sku_no":"8"}\n');

    expect(await readGood(input, { profiles: [mine] })).toMatchObject([{ profile: 'mine', mapperVersion: 3, product: { offerId: '7', title: '裙' } }]);
    expect(await readRejects(input, { profiles: [mine], profile: 'mine' })).toEqual(['2 FIELD_MISSING label']);
  });

  test('that fails costs the record and not the run', async () => {
    const failing = { ...mine, map: () => { throw new TypeError('x is undefined'); } };

    expect(await readRejects(bytes('{"sku_no":"7"}\n{"sku_no":"8"}\n'), { profile: failing })).toEqual(['1 RECORD_INVALID null', '2 RECORD_INVALID null']);
  });
});

test('the file is closed when the reading stops half-way', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sources-'));
  const path = join(directory, 'many.jsonl');
  await writeFile(path, `${json}\n`.repeat(20_000));

  for await (const outcome of readProducts(path)) {
    expect(outcome.ok).toBe(true);
    break;
  }

  await rm(directory, { recursive: true });
});
