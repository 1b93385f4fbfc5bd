import { picturesOf, search } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { filterText, flag, moment, money, paging } from '../schemas/common.ts';
import { searchPageSchema } from '../schemas/product.ts';
import { exampleOffer } from './example-ids.ts';

export const searchRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/search', id: 'searchProducts', tag: 'products', role: 'viewer', summary: 'Find products by their titles, in Chinese or any other script; without text, by filters alone',
    query: z.strictObject({
      ...paging, q: z.string().max(500).default('').meta({ description: 'Terms between blanks; "…" is one term, -… leaves titles out.' }), mode: z.enum(['auto', 'exact', 'ranked']).default('auto'), sort: z.enum(['relevance', 'updated', 'price', 'sold']).default('relevance'),
      supplier: filterText.optional(), category: filterText.optional(), priceMinCny: money.optional(), priceMaxCny: money.optional(), minOrderQuantityMax: z.coerce.number().int().min(0).optional(), status: filterText.optional(),
      ratingMin: z.coerce.number().min(0).max(5).optional(), hasImages: flag.optional(), updatedSince: moment.optional(), delisted: flag.optional(),
    }),
    gives: searchPageSchema, example: { query: { q: '连衣裙', priceMaxCny: '40' }, reply: { mode: 'exact', items: [{ offerId: exampleOffer }] } },
    handle: async ({ mirror, query: { q, ...options } }) => {
      const { items, ...rest } = await search(mirror, q, options);
      const pictures = await picturesOf(mirror, items.map((item) => item.offerId));
      return { items: items.map((item) => ({ ...item, picture: pictures.get(item.offerId) ?? null })), ...rest };
    },
  }),
];
