import { randomOf, type Random } from './random.ts';
import type { TitleSource } from './title-source.ts';

const attributeValues: Readonly<Record<string, readonly string[]>> = {
  材质: ['聚酯纤维', '纯棉', '不锈钢', '食品级硅胶', '牛津布', '头层牛皮'],
  风格: ['简约', '韩版', '欧美复古', '日系小清新', '运动休闲'],
  图案: ['纯色', '条纹', '碎花', '卡通动漫', '字母印花'],
  适用季节: ['春季', '夏季', '秋季', '冬季', '四季通用'],
  适用人群: ['成人', '儿童', '青少年', '中老年'],
  产地: ['浙江义乌', '广东广州', '福建泉州', '江苏苏州', '河北保定'],
  是否进口: ['否', '是'],
  是否跨境出口专供货源: ['是', '否'],
  主要下游平台: ['亚马逊,速卖通,独立站', '抖音,快手', 'ebay,wish,LAZADA', '其他'],
  主要销售地区: ['非洲,欧洲,南美,东南亚,北美', '全国', '东北亚,中东'],
  上市时间: ['2025年秋季', '2026年春季', '2026年夏季'],
  加工方式: ['来图加工', '来样加工', '清加工', '其他'],
  包装方式: ['OPP袋独立包装', '彩盒', '牛皮纸盒', '散装'],
};
const colours = ['孔雀绿', '米白色', '藏青色', '樱花粉', '炭灰色', '卡其色'];
const sizes = ['S码（建议80-95斤）', 'M码（建议95-110斤）', 'L码（建议110-125斤）'];
const places = ['广东省广州市', '浙江省金华市', '浙江省杭州市', '福建省泉州市', '山东省临沂市'];

/**
 * One offer as the detail call of the cross-border API tells it: about 600 bytes of attributes, three SKUs, two price tiers, no
 * picture. About twenty offers share a supplier. The same arguments give the same bytes.
 * @param changed the same offer after its price and stock moved
 */
export function offerLine(index: number, titles: TitleSource, changed: boolean): string {
  const random = randomOf(index);
  const spread = Math.imul(index + 1, 2_654_435_761) >>> 0; // every index its own, in no order
  const offerId = 610_000_000_000 + spread;
  const cents = 300 + random.below(20_000);
  const price = (share: number): string => ((Math.round(cents * share) + (changed ? 70 : 0)) / 100).toFixed(2);
  const stocks = sizes.map(() => random.below(5_000) + (changed ? 5_000 : 0));
  const shop = Math.floor(index / 20);
  const supplier = random.below(10) < 7 ? shop : random.below(shop + 1);
  const articleNumber = `${random.of(['ZL', 'YS', 'HX', 'KM'])}-${1_000 + random.below(9_000)}`;
  const skuIds = sizes.map((_, position) => 5_700_000_000_000 + spread * 4 + position);
  return JSON.stringify({
    offerId,
    categoryId: 121_802_000 + random.below(400),
    categoryName: null,
    topCategoryId: 122_916_001,
    subject: titles(random),
    description: `<div id="offer-template-0"></div><p>本店${random.of(places)}发货，支持一件代发，48小时内发出，质量问题包退换。</p>`,
    productAttribute: [...attributesOf(random), { attributeId: '1398', attributeName: '货号', value: articleNumber }],
    productSkuInfos: sizes.map((size, position) => ({
      amountOnSale: stocks[position],
      price: price(1 + position / 10),
      skuId: skuIds[position],
      specId: spread.toString(16).padStart(8, '0').repeat(4).slice(0, 31) + position,
      skuAttributes: [
        { attributeId: 3_216, attributeName: '颜色', value: colours[spread % colours.length], skuImageUrl: null },
        { attributeId: 100_018_513, attributeName: '尺码', value: size, skuImageUrl: null },
      ],
      consignPrice: price(1.2 + position / 10),
      cargoNumber: `${articleNumber}-${size.slice(0, 1)}`,
      promotionPrice: null,
    })),
    productSaleInfo: {
      amountOnSale: stocks.reduce((sum, stock) => sum + stock, 0),
      priceRangeList: [{ startQuantity: 2, price: price(1), promotionPrice: null }, { startQuantity: 100, price: price(0.9), promotionPrice: null }],
      quoteType: 2,
      consignPrice: null,
      unitInfo: { unit: '件', transUnit: 'piece' },
    },
    productShippingInfo: {
      sendGoodsAddressText: places[supplier % places.length],
      weight: null,
      shippingTimeGuarantee: 'shipIn48Hours',
      skuShippingDetails: skuIds.map((skuId) => ({ skuId: String(skuId), width: 0, length: 0, height: 0, weight: 0.5, pkgSizeSource: '商家自填' })),
    },
    sellerOpenId: `BBB${(Math.imul(supplier + 1, 2_246_822_519) >>> 0).toString(36).padStart(7, '0')}${supplier.toString(36).padStart(12, 'x')}`,
    sellerDataInfo: { tradeMedalLevel: '1', compositeServiceScore: (3 + (supplier % 21) / 10).toFixed(1) },
    sellerMixSetting: { generalHunpi: true, mixAmount: 1_000, mixNumber: 2 },
    status: 'published',
    soldOut: String(random.below(10_000)),
    minOrderQuantity: 2,
    batchNumber: null,
    productCargoNumber: articleNumber,
    tradeScore: '4.5',
    createDate: `2025-${String(1 + random.below(12)).padStart(2, '0')}-08 15:14:21`,
    traceInfo: `object_id@${offerId}^object_type@offer`,
  });
}

function attributesOf(random: Random): { attributeId: string; attributeName: string; value: string }[] {
  return Object.entries(attributeValues).map(([attributeName, values], position) => ({ attributeId: String(7_000 + position), attributeName, value: random.of(values) }));
}
