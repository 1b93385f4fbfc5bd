import { lowestPrice, productAsOf, productsAsOf, productSeries } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { filterText, moment, paging } from '../schemas/common.ts';
import { lowestPriceSchema, productAsOfSchema, productsAsOfPageSchema, seriesSchema } from '../schemas/product-times.ts';
import { exampleOffer } from './example-ids.ts';

const offer = z.strictObject({ offerId: z.string().min(1).max(64) });
const tag = 'products';
const exampleDate = '2126-01-01T00:00:00Z';

export const productTimeRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/history/products', id: 'listProductsAsOf', tag, role: 'viewer', summary: 'All products as they were seen at a time, page by page',
    query: z.strictObject({ ...paging, at: moment }), gives: productsAsOfPageSchema, example: { query: { at: exampleDate, limit: '2' }, reply: { items: [] } },
    handle: ({ mirror, query: { at, ...rest } }) => productsAsOf(mirror, at, rest),
  }),
  route({
    method: 'GET', path: '/products/{offerId}/as-of', id: 'getProductAsOf', tag, role: 'viewer', summary: 'One product as it was seen at a time',
    params: offer, query: z.strictObject({ at: moment }), gives: productAsOfSchema, example: { params: { offerId: exampleOffer }, query: { at: exampleDate }, reply: { offerId: exampleOffer } },
    handle: ({ mirror, params, query }) => productAsOf(mirror, params.offerId, query.at),
  }),
  route({
    method: 'GET', path: '/products/{offerId}/lowest-price', id: 'getLowestPrice', tag, role: 'viewer', summary: 'The lowest prices of the last days, of the product, its SKUs and its steps of quantity',
    params: offer, query: z.strictObject({ days: z.coerce.number().int().min(1).max(3_650).default(30), skuId: filterText.optional(), until: moment.optional() }), gives: lowestPriceSchema,
    example: { params: { offerId: exampleOffer }, query: { days: '30' }, reply: { prices: [] } },
    handle: ({ mirror, params, query }) => lowestPrice(mirror, params.offerId, query),
  }),
  route({
    method: 'GET', path: '/products/{offerId}/series', id: 'getProductSeries', tag, role: 'viewer', summary: 'One value over time, for a chart',
    params: offer,
    query: z.strictObject({
      field: z.enum(['price', 'stock', 'tiers', 'minOrderQuantity', 'status', 'title']).default('price'), skuId: filterText.optional(), since: moment.optional(), until: moment.optional(),
      points: z.coerce.number().int().min(2).max(10_000).default(500),
    }),
    gives: seriesSchema, example: { params: { offerId: exampleOffer }, query: { field: 'price' }, reply: { points: [] } },
    handle: ({ mirror, params, query }) => productSeries(mirror, params.offerId, query),
  }),
];
