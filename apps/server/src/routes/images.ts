import { findDuplicates, imageDetails, imageKinds, imageShapes, listImages } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { filterText, flag, paging } from '../schemas/common.ts';
import { duplicatesSchema, imagePageSchema, imageSchema } from '../schemas/image.ts';
import { jobSchema } from '../schemas/run.ts';
import { jobBody } from './jobs.ts';
import { exampleImage, exampleOffer } from './example-ids.ts';

const tag = 'images';

export const imageRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/images', id: 'listImages', tag, role: 'viewer', summary: 'Pictures of products with their download state and class',
    query: z.strictObject({
      ...paging, state: z.enum(['pending', 'stored', 'failed', 'gone']).optional(), product: filterText.optional(), supplier: filterText.optional(), role: z.enum(['main', 'gallery', 'sku', 'description']).optional(),
      shape: z.enum(imageShapes).optional(), kind: z.enum(imageKinds).optional(), format: filterText.optional(), code: filterText.optional(),
    }),
    gives: imagePageSchema, example: { query: { product: exampleOffer, limit: '1' }, reply: { items: [{ offerId: exampleOffer, role: 'main' }] } },
    handle: async ({ mirror, query: { limit, cursor, ...filter } }) => {
      const items = await listImages(mirror, { ...filter, limit: limit + 1, after: cursor });
      const shown = items.slice(0, limit);
      return { items: shown, nextCursor: items.length > limit ? (shown.at(-1)?.id ?? null) : null };
    },
  }),
  route({
    method: 'GET', path: '/images/duplicates', id: 'findDuplicateImages', tag, role: 'viewer', summary: 'Pictures that several products show, or that look alike',
    query: z.strictObject({ near: flag.default(false), distance: z.coerce.number().int().min(0).max(15).default(6), limit: z.coerce.number().int().min(1).max(500).default(100) }), gives: duplicatesSchema,
    example: { query: { limit: '10' }, reply: { items: [] } },
    handle: async ({ mirror, query, signal }) => ({ items: await findDuplicates(mirror, { ...query, signal }) }),
  }),
  route({
    method: 'GET', path: '/images/{sha256}', id: 'getImage', tag, role: 'viewer', summary: 'What is known of one stored picture; its bytes are at /i/{sha256}/original',
    params: z.strictObject({ sha256: z.string().regex(/^[\da-f]{64}$/i, 'a SHA-256 in hexadecimal digits') }), gives: imageSchema, example: { params: { sha256: exampleImage }, reply: { sha256: exampleImage, offerIds: [exampleOffer] } },
    handle: ({ mirror, params }) => imageDetails(mirror, params.sha256),
  }),
  route({
    method: 'POST', path: '/image-pulls', id: 'pullImages', tag, role: 'operator', summary: 'Fetch pictures that wait, as a job', status: 202,
    body: jobBody('images'), gives: jobSchema, example: { body: { limit: 1 }, reply: { kind: 'images', state: 'queued' } },
    handle: ({ jobs, body, client }) => jobs.enqueue('images', body, { owner: client.name }),
  }),
];
