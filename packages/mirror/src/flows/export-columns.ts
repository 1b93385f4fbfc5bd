import type { ExportEntity } from '@1688/catalog';

export type Row = Readonly<Record<string, unknown>>;

/** A column for people: its header in both languages, where its value stands, and what it is. */
export interface ExportColumn {
  readonly zh: string;
  readonly en: string;
  readonly of: (row: Row) => unknown;
  /** `id` is text that spreadsheets would take for a number; `money`, `count` and `number` are numbers, `time` a date, `link` a web address. */
  readonly type: 'text' | 'id' | 'money' | 'count' | 'number' | 'time' | 'link';
  /** Letters of Latin width. */
  readonly width: number;
}

export interface ExportTable {
  readonly zh: string;
  readonly en: string;
  /** The rows that one record gives. */
  readonly rowsOf: (record: Row) => readonly Row[];
  readonly columns: readonly ExportColumn[];
}

/** The same moment on a clock in China, in the UTC fields. */
export function chinaTime(time: Date): Date {
  return new Date(time.getTime() + 8 * 3_600_000);
}

const column = (zh: string, en: string, type: ExportColumn['type'], width: number, of: (row: Row) => unknown = (row) => row[en]): ExportColumn => ({ zh, en, of, type, width });
const listOf = (value: unknown): readonly Row[] => (Array.isArray(value) ? (value as Row[]) : []);
const supplierOf = (row: Row): Row => (row['supplier'] as Row | null | undefined) ?? {};
const ofSupplier = (name: string) => (row: Row): unknown => supplierOf(row)[name];
const specification = (name: string) => (row: Row): unknown => (row['specifications'] as Row | null | undefined)?.[name];
const attributes = (row: Row): string => listOf(row['attributes']).map(({ name, value }) => `${String(name)}:${String(value)}`).join('；');
const place = (row: Row): string => [row['province'], row['city']].filter((part) => typeof part === 'string').join(' ');
const itself = (record: Row): readonly Row[] => [record];

type SupplierKey = 'memberId' | 'loginId' | 'userId';

/** A key under which the supplier is known. A source id that is none of them stands as user id: without it, `import` would find another supplier. */
function supplierKey(kind: SupplierKey, supplier: Row): unknown {
  const aliases = listOf(supplier['aliases']);
  const keyOf = (each: SupplierKey): unknown => aliases.find((alias) => alias['kind'] === each)?.['value'];
  const sourceId = supplier['sourceId'];
  const stands = typeof sourceId !== 'string' || sourceId.startsWith('name:') || keyOf('memberId') === sourceId || keyOf('loginId') === sourceId;
  return keyOf(kind) ?? (kind === 'userId' && !stands ? sourceId : undefined);
}

/** Main picture and gallery in one cell, parted as `import` parts them. */
function pictureLinks(row: Row): string {
  const shown = listOf(row['images']).filter(({ role }) => role === 'main' || role === 'gallery');
  return shown.map(({ url }) => String(url).replaceAll(';', '%3B').replaceAll('|', '%7C')).join(';');
}

const offerId = column('商品ID', 'offerId', 'id', 20);

/**
 * What people get, in XLSX and in CSV for Excel. The headers of products are names that the profile `table` of `import` knows, with
 * what it would make of the cell: an edited table can come back. SKUs and tiers carry no title, so that none is taken for a product.
 */
export const exportTables: Readonly<Record<ExportEntity, readonly [ExportTable, ...ExportTable[]]>> = {
  products: [
    {
      zh: '商品', en: 'products', rowsOf: itself,
      columns: [
        offerId, column('商品标题', 'title', 'text', 48), column('翻译标题', 'titleTranslated', 'text', 32), column('副标题', 'subtitle', 'text', 24),
        column('最低价', 'priceMinCny', 'money', 10), column('最高价', 'priceMaxCny', 'money', 10), column('代发价', 'consignPriceCny', 'money', 10), column('零售价', 'retailPriceCny', 'money', 10),
        column('起订量', 'minOrderQuantity', 'count', 8), column('单位', 'unit', 'text', 6), column('库存', 'stockQuantity', 'count', 10), column('成交量', 'soldQuantity', 'count', 10),
        column('评论数', 'reviewCount', 'count', 8), column('评分', 'rating', 'number', 6),
        column('货号', 'articleNumber', 'id', 14, specification('articleNumber')), column('条码', 'barcode', 'id', 16, specification('barcode')),
        column('类目ID', 'categoryId', 'id', 12), column('类目', 'categoryName', 'text', 16), column('状态', 'sourceStatus', 'text', 12),
        column('供应商', 'supplierName', 'text', 24, ofSupplier('name')), column('公司名称', 'companyName', 'text', 24, ofSupplier('companyName')),
        column('会员ID', 'memberId', 'id', 22, (row) => supplierKey('memberId', supplierOf(row))), column('旺旺', 'loginId', 'id', 16, (row) => supplierKey('loginId', supplierOf(row))),
        column('卖家ID', 'sellerId', 'id', 16, (row) => supplierKey('userId', supplierOf(row))),
        column('所在地', 'location', 'text', 14, (row) => place(supplierOf(row))), column('店铺链接', 'shopUrl', 'link', 30, ofSupplier('url')),
        column('商品属性', 'attributes', 'text', 40, attributes), column('商品链接', 'url', 'link', 40), column('图片链接', 'images', 'text', 40, pictureLinks), column('视频链接', 'videoUrl', 'link', 30),
        column('发布时间（北京时间）', 'createdAt (China time)', 'time', 20, (row) => row['createdAtSource']), column('更新时间（北京时间）', 'updatedAt (China time)', 'time', 20, (row) => row['updatedAtSource']),
        column('已锁定字段', 'lockedFields', 'text', 18, (row) => (row['lockedFields'] as readonly string[] | undefined)?.join(' ')), column('下架时间（北京时间）', 'delistedAt (China time)', 'time', 20, (row) => row['delistedAt']),
      ],
    },
    {
      zh: '规格', en: 'skus', rowsOf: (record) => listOf(record['skus']).map((sku) => ({ ...sku, offerId: record['offerId'], title: record['title'] })),
      columns: [
        offerId, column('所属商品', 'ofProduct', 'text', 32, (row) => row['title']), column('规格ID', 'skuId', 'id', 20), column('规格编码', 'specId', 'id', 20), column('规格', 'attributes', 'text', 28, attributes),
        column('价格', 'priceCny', 'money', 10), column('代发价', 'consignPriceCny', 'money', 10), column('零售价', 'retailPriceCny', 'money', 10), column('库存', 'stockQuantity', 'count', 10), column('成交量', 'soldQuantity', 'count', 10),
        column('货号', 'articleNumber', 'id', 16), column('重量(克)', 'weightGrams', 'number', 10), column('图片链接', 'imageUrl', 'link', 40),
      ],
    },
    {
      zh: '阶梯价', en: 'tiers',
      rowsOf: (record) => [
        ...listOf(record['priceTiers']).map((tier) => ({ ...tier, offerId: record['offerId'], skuId: null })),
        ...listOf(record['skus']).flatMap((sku) => listOf(sku['priceTiers']).map((tier) => ({ ...tier, offerId: record['offerId'], skuId: sku['skuId'] }))),
      ],
      columns: [offerId, column('规格ID', 'skuId', 'id', 20), column('起批量', 'minQuantity', 'count', 10), column('价格', 'priceCny', 'money', 10)],
    },
  ],
  suppliers: [{
    zh: '供应商', en: 'suppliers', rowsOf: itself,
    columns: [
      column('供应商ID', 'sourceId', 'id', 24), column('名称', 'name', 'text', 28), column('公司名称', 'companyName', 'text', 32), column('经营模式', 'supplierType', 'text', 14),
      column('省份', 'province', 'text', 10), column('城市', 'city', 'text', 10), column('评分', 'rating', 'number', 8), column('年限', 'yearsActive', 'count', 8), column('店铺链接', 'url', 'link', 40),
      column('会员ID', 'memberId', 'id', 22, (row) => supplierKey('memberId', row)), column('旺旺', 'loginId', 'id', 16, (row) => supplierKey('loginId', row)), column('卖家ID', 'userId', 'id', 16, (row) => supplierKey('userId', row)),
    ],
  }],
  images: [{
    zh: '图片', en: 'images', rowsOf: itself,
    columns: [offerId, column('角色', 'role', 'text', 12), column('顺序', 'position', 'count', 6), column('图片链接', 'url', 'link', 60), column('下载状态', 'state', 'text', 10), column('SHA-256', 'sha256', 'id', 68)],
  }],
  history: [{
    zh: '历史', en: 'history', rowsOf: itself,
    columns: [
      offerId, column('规格ID', 'skuId', 'id', 20), column('字段', 'field', 'text', 18),
      column('值', 'value', 'text', 40, ({ value }) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value)),
      column('起（北京时间）', 'validFrom (China time)', 'time', 20, (row) => row['validFrom']), column('止（北京时间）', 'validTo (China time)', 'time', 20, (row) => row['validTo']),
    ],
  }],
};
