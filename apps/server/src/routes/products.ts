import { explainProduct, findSameGoods, getProduct, productHistory, productSummariesJson, removeProducts, restoreProducts } from '@1688/mirror';
import { z } from 'zod';
import { route, type JsonPage, type Route } from '../api/route.ts';
import { filterText, flag, moment, money, paging } from '../schemas/common.ts';
import { explanationSchema, historySchema, markSchema, productPageSchema, productSchema, sameGoodsSchema } from '../schemas/product.ts';
import { exampleOffer, exampleSupplier } from './example-ids.ts';
import { productTimeRoutes } from './product-times.ts';

const offer = z.strictObject({ offerId: z.string().min(1).max(64) });
const tag = 'products';

export const productRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/products', id: 'listProducts', tag, role: 'viewer', summary: 'Products page by page, in a fixed order',
    query: z.strictObject({
      ...paging, order: z.enum(['id', 'updated', 'price', 'sold']).default('id'), direction: z.enum(['asc', 'desc']).default('asc'), supplier: filterText.optional(), category: filterText.optional(),
      syncStatus: z.enum(['pending', 'syncing', 'completed', 'failed']).optional(), priceMinCny: money.optional(), priceMaxCny: money.optional(), ratingMin: z.coerce.number().min(0).max(5).optional(),
      delisted: flag.optional(), hasImages: flag.optional(), updatedSince: moment.optional(),
    }),
    gives: productPageSchema, example: { query: { limit: '2', supplier: exampleSupplier }, reply: { items: [{ offerId: exampleOffer }] } },
    handle: async ({ mirror, query: { limit, cursor, order, direction, supplier, category: categoryId, ratingMin: minRating, ...rest } }): Promise<JsonPage> => {
      const { items, nextCursor } = await productSummariesJson(mirror, { limit, cursor, order, direction, supplier, where: present({ categoryId, minRating, ...rest }) });
      return { jsonItems: items, nextCursor };
    },
  }),
  route({
    method: 'GET', path: '/products/{offerId}', id: 'getProduct', tag, role: 'viewer', summary: 'One product with its supplier, SKUs, price tiers and pictures',
    params: offer, gives: productSchema, example: { params: { offerId: exampleOffer }, reply: { offerId: exampleOffer } },
    handle: ({ mirror, params }) => getProduct(mirror, params.offerId),
  }),
  route({
    method: 'GET', path: '/products/{offerId}/history', id: 'getProductHistory', tag, role: 'viewer', summary: 'How price, stock, tiers, minimum order, status and title moved',
    params: offer, query: z.strictObject({ skuId: filterText.optional(), field: filterText.optional() }), gives: historySchema,
    example: { params: { offerId: exampleOffer }, query: { field: 'price' }, reply: { points: [{ field: 'price' }] } },
    handle: ({ mirror, params, query }) => productHistory(mirror, params.offerId, query),
  }),
  ...productTimeRoutes,
  route({
    method: 'GET', path: '/products/{offerId}/explain', id: 'explainProduct', tag, role: 'viewer', summary: 'Where each value comes from: document, place in it, run and time, or a lock',
    params: offer, query: z.strictObject({ field: filterText.optional().meta({ description: 'Such as priceMinCny, skus/SKUID or skus/SKUID/priceCny.' }) }), gives: explanationSchema,
    example: { params: { offerId: exampleOffer }, query: { field: 'title' }, reply: { offerId: exampleOffer, fields: [{ field: 'title', from: 'document' }] } },
    handle: ({ mirror, params, query }) => explainProduct(mirror, params.offerId, query),
  }),
  route({
    method: 'GET', path: '/products/{offerId}/same', id: 'findSameGoods', tag, role: 'viewer', summary: 'The same goods at other suppliers (同款), by pictures',
    params: offer, query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20), distance: z.coerce.number().int().min(0).max(15).default(6), minScore: z.coerce.number().min(0).max(1).default(0.3) }),
    gives: sameGoodsSchema, example: { params: { offerId: exampleOffer }, reply: { items: [] } },
    handle: async ({ mirror, params, query }) => ({ items: await findSameGoods(mirror, params.offerId, query) }),
  }),
  route({
    method: 'POST', path: '/products/{offerId}/remove', id: 'removeProduct', tag, role: 'operator', summary: 'Remove a product (软删除); an import does not bring it back',
    params: offer, gives: markSchema, example: { params: { offerId: exampleOffer }, reply: { done: [exampleOffer], missing: [] } },
    handle: ({ mirror, params }) => removeProducts(mirror, [params.offerId]),
  }),
  route({
    method: 'POST', path: '/products/{offerId}/restore', id: 'restoreProduct', tag, role: 'operator', summary: 'Bring a removed product back',
    params: offer, gives: markSchema, example: { params: { offerId: exampleOffer }, reply: { done: [exampleOffer], missing: [] } },
    handle: ({ mirror, params }) => restoreProducts(mirror, [params.offerId]),
  }),
];

/** Without what was not asked for. */
function present<Given extends object>(given: Given): { [Name in keyof Given]: Exclude<Given[Name], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as { [Name in keyof Given]: Exclude<Given[Name], undefined> };
}
