import { colours, goods, sellers } from './goods.ts';
import { seededRandom, type Random } from './random.ts';

/** One offer in the shape of the cross-border detail interface, as far as the demo needs it. */
export interface DemoOffer {
  offerId: number;
  subject: string;
  categoryId: number;
  categoryName: string;
  description: string;
  status: string;
  createDate: string;
  sellerOpenId: string;
  companyName: string;
  soldOut: string;
  minOrderQuantity: number;
  productImage: { images: string[] };
  productAttribute: { attributeId: string; attributeName: string; value: string }[];
  productSaleInfo: { priceRangeList: { startQuantity: number; price: string }[]; amountOnSale: number; quoteType: number; unitInfo: { unit: string } };
  productSkuInfos: DemoSku[];
}
interface DemoSku {
  skuId: number;
  specId: string;
  amountOnSale: number;
  price: string;
  cargoNumber: string;
  skuAttributes: { attributeId: number; attributeName: string; value: string; skuImageUrl: string | null }[];
}

/**
 * Makes offers whose pictures lie at `origin`. The path of a picture tells the picture server what to draw; a shared size chart
 * and reused pictures make duplicates, and some links lead nowhere.
 */
export function makeOffers(count: number, origin: string): DemoOffer[] {
  const random = seededRandom(1688);
  return Array.from({ length: count }, (_, index) => makeOffer(index, origin, random));
}

function makeOffer(index: number, origin: string, random: Random): DemoOffer {
  const kind = goods[index % goods.length] as (typeof goods)[number];
  const seller = sellers[(index + random.whole(0, 2)) % sellers.length] as (typeof sellers)[number];
  const offerId = 610_947_000_000 + index * 7919;
  const fen = random.whole(kind.priceCny[0] * 100, kind.priceCny[1] * 100);
  const chosen = [0, 1, 2].map((step) => (index + step * 2) % colours.length);
  const picture = (name: string): string => `${origin}/img/ibank/${name}.jpg`;
  const word = [random.pick(kind.words), random.pick(kind.words), random.pick(kind.words)];
  // Every ninth offer shows another one's pictures under addresses of its own, as resellers do.
  const drawnId = index % 9 === 8 ? offerId - 7919 * goods.length * colours.length : offerId;
  const images = chosen.map((colour, at) => picture(`O1CN${offerId}-as-${drawnId}-${kind.shape}-${colour}-${at}`));
  if (index % 10 === 3) images.push(picture(`O1CN${offerId}-gone`));
  const skus = chosen.flatMap((colour, at) => kind.sizes.map((size, sizeAt) => makeSku({ index, at, sizeAt, colour, size, fen, image: images[at] ?? null, random })));
  return {
    offerId, subject: `${[...new Set(word)].join('')}${random.pick(kind.nouns)}`, categoryId: Number(kind.category[0]), categoryName: kind.category[1],
    description: `<div><p>${kind.category[1]}，支持一件代发。</p><img src="${picture('O1CNsize-chart')}"></div>`,
    status: 'published', createDate: `2026-0${1 + (index % 9)}-1${index % 10} 10:00:00`,
    sellerOpenId: `BBBdemo${String(sellers.indexOf(seller)).padStart(4, '0')}`, companyName: seller.name, soldOut: String(random.whole(0, 5000)), minOrderQuantity: 1 + (index % 3),
    productImage: { images },
    productAttribute: [{ attributeId: '1', attributeName: '产地', value: `${seller.province}${seller.city}` }, { attributeId: '2', attributeName: '货号', value: `DM-${offerId % 100_000}` }],
    productSaleInfo: {
      priceRangeList: [{ startQuantity: 1 + (index % 3), price: yuan(fen) }, { startQuantity: 100, price: yuan(Math.round(fen * 0.92)) }, { startQuantity: 1000, price: yuan(Math.round(fen * 0.85)) }],
      amountOnSale: skus.reduce((sum, sku) => sum + sku.amountOnSale, 0), quoteType: 2, unitInfo: { unit: kind.unit },
    },
    productSkuInfos: skus,
  };
}

function makeSku({ index, at, sizeAt, colour, size, fen, image, random }: { index: number; at: number; sizeAt: number; colour: number; size: string; fen: number; image: string | null; random: Random }): DemoSku {
  const skuId = 5_705_677_000_000 + index * 100 + at * 10 + sizeAt;
  return {
    skuId, specId: (skuId * 7919).toString(16).padStart(32, '0'), amountOnSale: random.whole(0, 900), price: yuan(fen), cargoNumber: `DM-${index}-${at}${sizeAt}`,
    skuAttributes: [
      { attributeId: 3216, attributeName: '颜色', value: colours[colour]?.[0] ?? '', skuImageUrl: image },
      { attributeId: 450, attributeName: '尺码', value: size, skuImageUrl: null },
    ],
  };
}

/** The same offers some days later: prices, stock and titles have moved on some, one is off the shelf. */
export function changeOffers(offers: readonly DemoOffer[]): DemoOffer[] {
  return offers.map((offer, index) => {
    const changed = structuredClone(offer);
    if (index % 12 === 1) for (const each of [...changed.productSaleInfo.priceRangeList, ...changed.productSkuInfos]) each.price = yuan(Math.round(Number(each.price) * 95));
    if (index % 15 === 2) for (const sku of changed.productSkuInfos.slice(0, 2)) sku.amountOnSale = 0;
    if (index === 30) changed.subject = `【爆款】${changed.subject}`;
    if (index === 45) changed.status = 'member expired';
    return changed;
  });
}

/** Fen → yuan with two digits: `3550` → `35.50`. */
function yuan(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
}
