/** Titles as sellers write them: as many searched-for words as fit, far more than any line holds. */
const words = ['2026夏季新款', '跨境专供', '大码宽松显瘦', '法式复古碎花', '欧美外贸', '一件代发', '厂家直销', '高级感通勤', '纯棉透气', '加厚防滑', '可定制LOGO', '网红同款', '亚马逊爆款', '出口品质', 'ins风', '多功能便携', 'USB充电款'];
const kinds = [
  { category: ['1031910', '连衣裙'], noun: '雪纺连衣裙女装', unit: '件' }, { category: ['1038466', '保温杯'], noun: '316不锈钢保温杯', unit: '个' }, { category: ['1042954', '双肩包'], noun: '大容量双肩包电脑书包', unit: '个' },
  { category: ['1047521', '宠物牵引'], noun: '宠物牵引绳狗狗胸背带', unit: '套' }, { category: ['1039814', '收纳盒'], noun: '抽屉式桌面收纳盒', unit: '个' },
] as const;
const provinces = ['浙江', '广东', '福建', '江苏', '河北'] as const;
const colours = ['黑色', '米白', '雾霾蓝', '豆沙红', '抹茶绿（加绒加厚升级款 送运费险）'] as const;
const sizes = ['S', 'M', 'L', 'XL'] as const;

export interface MadeOffersOptions {
  readonly count: number;
  /** Offers of which pictures are known; the others have none. Default 60. */
  readonly pictured?: number;
  /** Where pictures are served, such as `http://127.0.0.1:4000`. */
  readonly pictures: string;
  /** How many times prices moved already: a later round is another price for each fifth offer. Default 0. */
  readonly round?: number;
}

export const firstOfferId = 610_000_000_000;

/** Offers that are the same in every run, as lines for an import. */
export function* madeOffers(options: MadeOffersOptions): Generator<string> {
  for (let at = 0; at < options.count; at += 1) yield JSON.stringify(madeOffer(at, options));
}

function madeOffer(at: number, { pictured = 60, pictures, round = 0 }: MadeOffersOptions) {
  const kind = kinds[at % kinds.length]!;
  const seller = at % 37;
  const moved = at % 5 === 0 ? round : 0;
  const price = (2_000 + ((at * 7_919) % 9_000) - moved * 150) / 100;
  const colourCount = 1 + (at % 5);
  return {
    entity: 'product', offerId: String(firstOfferId + at), title: title(at, kind.noun), categoryId: kind.category[0], categoryName: kind.category[1],
    priceMinCny: (price * 0.85).toFixed(2), priceMaxCny: price.toFixed(2), pricingMode: 'shared-tiers', minOrderQuantity: 2, unit: kind.unit, stockQuantity: (at * 31 + moved * 17) % 9_000, soldQuantity: (at * 613) % 20_000, sourceStatus: 'published',
    url: `https://detail.1688.com/offer/${firstOfferId + at}.html`, description: '<div><p>支持一件代发，<script>window.wasRun = true</script>七天无理由。</p><img src="x" onerror="window.wasRun = true"></div>',
    supplier: { sourceId: `b2b-22080000${String(seller).padStart(2, '0')}`, name: `${provinces[seller % 5]}优选供应链第${seller}分厂`, companyName: `${provinces[seller % 5]}省某某市优选跨境电子商务供应链管理有限公司第${seller}分厂`, province: provinces[seller % 5], city: '某市' },
    attributes: [{ name: '材质', value: '聚酯纤维' }, { name: '货号', value: `GX-${at}` }, { name: '适用场景及人群（多选）', value: '通勤/度假/家居/户外/学生/办公室白领/孕妇可穿' }],
    priceTiers: [{ minQuantity: 2, priceCny: price.toFixed(2) }, { minQuantity: 100, priceCny: (price * 0.93).toFixed(2) }, { minQuantity: 1_000, priceCny: (price * 0.85).toFixed(2) }],
    skus: colours.slice(0, colourCount).flatMap((colour, c) => sizes.slice(0, 1 + (at % 4)).map((size, s) => ({ skuId: `57${firstOfferId + at}${c}${s}`, attributes: [{ name: '颜色', value: colour }, { name: '尺码', value: size }], priceCny: price.toFixed(2), stockQuantity: (at + c * s * 13) % 400 }))),
    images: at >= pictured ? [] : [0, 1, 2, 3].map((view) => ({ url: `${pictures}/img/ibank/O1CN${view === 3 ? 'shared' : `${at}-${view}`}.jpg`, role: (['main', 'gallery', 'sku', 'description'] as const)[view] })),
  };
}

function title(at: number, noun: string): string {
  const count = 3 + (at % 14); // from short to as long as the site allows, and longer
  return `${Array.from({ length: count }, (_, index) => words[(at * 3 + index * 5) % words.length]).join('')}${noun}${at % 97 === 0 ? ` Women's-Extraordinarily-Long-Unbroken-Product-Name-Without-Any-Blank-${'x'.repeat(90)}` : ''}`;
}
