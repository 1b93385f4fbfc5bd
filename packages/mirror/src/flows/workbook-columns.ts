import type { ExportEntity } from '@1688/catalog';

type Row = Readonly<Record<string, unknown>>;

/** A column of a workbook: its header in both languages, where its value stands, and what it is. */
export interface WorkbookColumn {
  readonly zh: string;
  readonly en: string;
  readonly of: (row: Row) => unknown;
  /** `money` and `count` become numbers, `time` a date; everything else is text, ids above all. Default `text`. */
  readonly type?: 'text' | 'money' | 'count' | 'time';
  /** Letters of Latin width. Default 14. */
  readonly width?: number;
}

export interface WorkbookSheet {
  readonly zh: string;
  readonly en: string;
  /** The rows that one record gives. */
  readonly rowsOf: (record: Row) => readonly Row[];
  readonly columns: readonly WorkbookColumn[];
}

const field = (zh: string, name: string, type: WorkbookColumn['type'] = 'text', width = 14): WorkbookColumn => ({ zh, en: name, of: (row) => row[name], type, width });
const listOf = (value: unknown): readonly Row[] => (Array.isArray(value) ? (value as Row[]) : []);
const attributes = (value: unknown): string => listOf(value).map(({ name, value: text }) => `${String(name)}:${String(text)}`).join('；');
const supplier = (name: string) => (row: Row): unknown => (row['supplier'] as Row | null)?.[name];

const itself = (record: Row): readonly Row[] => [record];

/** What each entity gives: the headers are those that `import` knows, so that the first sheet of products can come back. */
export const workbookSheets: Readonly<Record<ExportEntity, readonly WorkbookSheet[]>> = {
  products: [
    {
      zh: '商品', en: 'products', rowsOf: itself,
      columns: [
        field('商品ID', 'offerId', 'text', 18), field('商品标题', 'title', 'text', 48), field('最低价', 'priceMinCny', 'money', 10), field('最高价', 'priceMaxCny', 'money', 10),
        field('起订量', 'minOrderQuantity', 'count', 8), field('单位', 'unit', 'text', 6), field('库存', 'stockQuantity', 'count', 10), field('销量', 'soldQuantity', 'count', 10),
        field('类目ID', 'categoryId', 'text', 12), field('类目', 'categoryName', 'text', 16), field('状态', 'sourceStatus', 'text', 12),
        { zh: '供应商', en: 'supplierName', of: supplier('name'), width: 24 }, { zh: '供应商ID', en: 'supplierId', of: supplier('sourceId'), width: 22 },
        { zh: '商品属性', en: 'attributes', of: (row) => attributes(row['attributes']), width: 40 }, field('商品链接', 'url', 'text', 40),
        { zh: '主图', en: 'image', of: (row) => listOf(row['images'])[0]?.['url'], width: 40 },
        field('更新时间', 'updatedAtSource', 'time', 18),
      ],
    },
    {
      zh: '规格', en: 'skus', rowsOf: (record) => listOf(record['skus']).map((sku) => ({ ...sku, offerId: record['offerId'], title: record['title'] })),
      columns: [
        field('商品ID', 'offerId', 'text', 18), field('商品标题', 'title', 'text', 32), field('规格ID', 'skuId', 'text', 18),
        { zh: '规格', en: 'attributes', of: (row) => attributes(row['attributes']), width: 28 }, field('价格', 'priceCny', 'money', 10),
        field('代销价', 'consignPriceCny', 'money', 10), field('库存', 'stockQuantity', 'count', 10), field('货号', 'articleNumber', 'text', 16), field('图片', 'imageUrl', 'text', 40),
      ],
    },
    {
      zh: '阶梯价', en: 'tiers',
      rowsOf: (record) => [
        ...listOf(record['priceTiers']).map((tier) => ({ ...tier, offerId: record['offerId'], skuId: null })),
        ...listOf(record['skus']).flatMap((sku) => listOf(sku['priceTiers']).map((tier) => ({ ...tier, offerId: record['offerId'], skuId: sku['skuId'] }))),
      ],
      columns: [field('商品ID', 'offerId', 'text', 18), field('规格ID', 'skuId', 'text', 18), field('起批量', 'minQuantity', 'count', 10), field('价格', 'priceCny', 'money', 10)],
    },
  ],
  suppliers: [{
    zh: '供应商', en: 'suppliers', rowsOf: itself,
    columns: [
      field('供应商ID', 'sourceId', 'text', 24), field('名称', 'name', 'text', 28), field('公司', 'companyName', 'text', 32), field('经营模式', 'supplierType'),
      field('省份', 'province', 'text', 10), field('城市', 'city', 'text', 10), field('评分', 'rating', 'count', 8), field('年限', 'yearsActive', 'count', 8), field('链接', 'url', 'text', 40),
    ],
  }],
  images: [{
    zh: '图片', en: 'images', rowsOf: itself,
    columns: [field('商品ID', 'offerId', 'text', 18), field('角色', 'role', 'text', 12), field('顺序', 'position', 'count', 6), field('地址', 'url', 'text', 60), field('状态', 'state', 'text', 10), field('SHA-256', 'sha256', 'text', 68)],
  }],
  history: [{
    zh: '历史', en: 'history', rowsOf: itself,
    columns: [
      field('商品ID', 'offerId', 'text', 18), field('规格ID', 'skuId', 'text', 18), field('字段', 'field'),
      { zh: '值', en: 'value', of: ({ value }) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value), width: 40 },
      field('起', 'validFrom', 'time', 18), field('止', 'validTo', 'time', 18),
    ],
  }],
};
