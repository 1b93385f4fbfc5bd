import { picturesOf, search, suggest } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { filterText, flag, moment, money, paging } from '../schemas/common.ts';
import { searchPageSchema, suggestionsSchema } from '../schemas/product.ts';
import { exampleOffer } from './example-ids.ts';

export const searchRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/search', id: 'searchProducts', tag: 'products', role: 'viewer', summary: 'Find products by their titles, in Chinese or any other script; without text, by filters alone',
    query: z.strictObject({
      ...paging, q: z.string().max(500).default('').meta({ description: 'Terms between blanks; "…" is one term, -… leaves titles out.' }), mode: z.enum(['auto', 'exact', 'ranked']).default('auto'), sort: z.enum(['relevance', 'updated', 'price', 'sold']).default('relevance'),
      supplier: filterText.optional(), category: filterText.optional(), priceMinCny: money.optional(), priceMaxCny: money.optional(), minOrderQuantityMax: z.coerce.number().int().min(0).optional(), status: filterText.optional(),
      ratingMin: z.coerce.number().min(0).max(5).optional(), hasImages: flag.optional(), updatedSince: moment.optional(), delisted: flag.optional(),
      count: flag.default(false), facets: z.string().transform((names) => names.split(',')).pipe(z.array(z.enum(['category', 'supplier', 'status', 'price']))).optional().meta({ description: 'Names of facets, separated by commas.' }),
    }),
    gives: searchPageSchema, example: { query: { q: '连衣裙', priceMaxCny: '40', count: 'true', facets: 'category,price' }, reply: { mode: 'exact', items: [{ offerId: exampleOffer }] } },
    handle: async ({ mirror, query: { q, ...options } }) => {
      const { items, explain: _explain, ...rest } = await search(mirror, q, options);
      const pictures = await picturesOf(mirror, items.map((item) => item.offerId));
      return { items: items.map((item) => ({ ...item, picture: pictures.get(item.offerId) ?? null })), ...rest };
    },
  }),
  route({
    method: 'GET', path: '/suggest', id: 'suggest', tag: 'products', role: 'viewer', summary: 'How a search text that is being typed may go on, from titles and categories',
    query: z.strictObject({ q: z.string().max(200), limit: z.coerce.number().int().min(1).max(50).default(10) }),
    gives: suggestionsSchema, example: { query: { q: '连衣' }, reply: { items: [] } },
    handle: async ({ mirror, query: { q, limit } }) => ({ items: await suggest(mirror, q, { limit }) }),
  }),
];
