import { describe, expect, test } from 'vitest';
import { columnTargets, detectSource } from '@1688/sources';
import { bytes, fixture, readAll, readGood, readRejects } from './read-all.ts';
import { makeWorkbook } from './workbook.ts';

const own = '编号码,名,元/个,备注\n610000000191,连衣裙,12.5,x\n610000000192,雨伞,¥12起,\n';
const columns = { 编号码: 'offerId', 名: 'title', '元/个': 'priceMinCny' };

describe('columns of one’s own', () => {
  test('land in the named fields, and the detection shows where each column goes', async () => {
    const records = await readGood(bytes(own), { columns });

    expect(records.map(({ profile, product }) => [profile, product.offerId, product.title, product.priceMinCny])).toEqual([['table', '610000000191', '连衣裙', '12.50'], ['table', '610000000192', '雨伞', '12.00']]);
    expect(await detectSource(bytes(own), { columns })).toMatchObject({
      profile: 'table', why: 'valid UTF-8; columns were named',
      columns: [{ header: '编号码', field: 'offerId' }, { header: '名', field: 'title' }, { header: '元/个', field: 'priceMinCny' }, { header: '备注', field: null }],
    });
  });

  test('may be named by a header that is known, come before others of the same field, and be left out', async () => {
    const text = '商品ID,标题,名,价格\n610000000191,旧标题,新标题,99\n';

    const [record] = await readGood(bytes(text), { columns: { ' 名 ': '商品标题', 价格: 'ignore' } });

    expect(record!.product).toEqual({ offerId: '610000000191', title: '新标题' });
  });

  test('find the headers under a title line, in TSV, XLSX and flat JSON too', async () => {
    const workbook = makeWorkbook({ 商品: [['六月的货'], ['编号码', '名', '元/个'], ['610000000191', '连衣裙', { number: '12.5' }]] });

    expect((await readGood(bytes(`六月的货\t\t\n${own.replaceAll(',', '\t')}`), { columns })).map(({ product }) => product.title)).toEqual(['连衣裙', '雨伞']);
    expect((await readGood(workbook, { columns })).map(({ product }) => product.priceMinCny)).toEqual(['12.50']);
    expect((await readGood(bytes('{"编号码":"610000000191","名":"连衣裙","元/个":12.5}'), { columns })).map(({ product }) => product.priceMinCny)).toEqual(['12.50']);
  });

  test('rejects name the column as the file spells it', async () => {
    expect(await readRejects(bytes('编号码,名,元/个\n610000000191,连衣裙,便宜\n6.1E+11,雨伞,1\n'), { columns })).toEqual(['2 FIELD_INVALID 元/个', '3 FIELD_INVALID 编号码']);
  });

  test.each([
    [{ columns: { 名: 'titel' } }, 'supplier.name'], [{ columns: { 明: 'title' } }, '编号码'], [{ columns, profile: 'reseller' }, 'reseller'],
  ])('that cannot be are refused with what is possible: %j', async (options, named) => {
    await expect(readAll(bytes(own), options)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID', message: expect.stringContaining(named) as string, hint: expect.any(String) as string });
  });

  test('can be every field of a table', () => {
    expect(Object.values(columnTargets)).toEqual(expect.arrayContaining(['offerId', 'title', 'price', 'priceMinCny', 'supplier.name', 'specifications.articleNumber', 'observedAt']));
  });
});

describe('what Excel and Chinese input methods make of a table', () => {
  test('thousands separators, full-width digits, dates of three kinds, codes with zeros and ratings with 分 are read', async () => {
    const [tray, bowl] = (await readGood(fixture('table-english.tsv'))).map(({ product, observedAt }) => ({ ...product, observedAt }));

    expect(tray).toMatchObject({
      priceMinCny: '1234.50', priceMaxCny: '2000.00', minOrderQuantity: 1_200, stockQuantity: 12_000, soldQuantity: 12_000, reviewCount: 1_500, rating: 4.8, specifications: { articleNumber: '00123', barcode: '0690123456789' },
      createdAtSource: new Date('2024-08-08T07:14:21Z'), updatedAtSource: new Date('2024-08-08T07:14:00Z'), observedAt: new Date('2024-08-08T07:14:00Z'),
    });
    expect(bowl).toMatchObject({ offerId: '61000000182', priceMinCny: '12.00', minOrderQuantity: 2, specifications: { articleNumber: '007' }, createdAtSource: new Date('2024-08-07T16:00:00Z') });
    expect(bowl).not.toHaveProperty('priceMaxCny');
    expect(bowl).not.toHaveProperty('rating');
  });

  test('an id whose end became zeros is rejected with that reason', async () => {
    const rejected = (await readAll(fixture('table-english.tsv'))).find((outcome) => !outcome.ok);

    expect(rejected).toMatchObject({ item: { field: 'Offer ID', position: { line: 4 } }, error: { code: 'FIELD_INVALID', message: expect.stringContaining('Excel has cut the digits') as string } });
  });

  test.each(['6.1E+11', '6.10947572360E+11', '６.１Ｅ+11', '7,12345E+11'])('an id that became %s is rejected with that reason', async (id) => {
    const [outcome] = await readAll(bytes(`商品ID;商品标题;价格\n${id};连衣裙;1\n`));

    expect(outcome).toMatchObject({ ok: false, item: { field: '商品ID', position: { line: 2 } }, error: { code: 'FIELD_INVALID', message: expect.stringContaining('Excel has cut the digits') as string } });
  });

  test('headers that lay nested values flat are known', async () => {
    const [record] = await readGood(bytes('offerId,title,supplier/name,images/0,images/1\n610000000191,连衣裙,示例服饰,https://cbu01.alicdn.com/img/ibank/a.jpg,https://cbu01.alicdn.com/img/ibank/b.jpg\n'));

    expect(record!.product).toMatchObject({ supplier: { name: '示例服饰' }, images: [{ role: 'main' }, { role: 'gallery' }] });
  });
});

describe('a file that was cut off', () => {
  test.each([
    ['in the middle of a row', '商品ID,商品标题,价格,起批量\n610000000191,连衣裙,125,2\n610000000192,雨伞,12'],
    ['in the middle of a quoted cell', '商品ID,商品标题,价格,起批量\n610000000191,连衣裙,125,2\n610000000192,"雨'],
  ])('%s gives the whole rows and one reject', async (_name, text) => {
    expect((await readGood(bytes(text))).map(({ product }) => product.offerId)).toEqual(['610000000191']);
    expect(await readRejects(bytes(text))).toEqual(['3 RECORD_INVALID null']);
  });

  test.each(['utf8', 'utf16le'] as const)('in the middle of a character in %s gives the whole rows and one reject', async (encoding) => {
    const text = `商品ID,商品标题,价格\n${'610000000191,连衣裙,125\n'.repeat(10)}610000000192,雨伞`;
    const whole = Buffer.concat([encoding === 'utf16le' ? Buffer.from('fffe', 'hex') : Buffer.alloc(0), Buffer.from(text, encoding)]);
    const cut = whole.subarray(0, -1);

    expect(await readGood(cut)).toHaveLength(10);
    expect(await readRejects(cut)).toEqual(['12 RECORD_INVALID null']);
  });

  test('without a last line break, but whole, loses nothing; nor does one with ragged rows', async () => {
    expect(await readGood(bytes('商品ID,商品标题,价格\n610000000191,连衣裙,125'))).toHaveLength(1);
    expect(await readGood(bytes('商品ID,商品标题,备注,价格,备注2\n610000000191,连衣裙,,1\n610000000192,雨伞,,2'))).toHaveLength(2);
  });
});
