import { listSuppliers, supplierDetails, supplierTrends } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { filterText, moment, paging } from '../schemas/common.ts';
import { supplierDetailSchema, supplierPageSchema, supplierTrendsSchema } from '../schemas/supplier.ts';
import { exampleSupplier } from './example-ids.ts';

const tag = 'suppliers';

export const supplierRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/suppliers', id: 'listSuppliers', tag, role: 'viewer', summary: 'Suppliers page by page, in the order in which they came',
    query: z.strictObject({ ...paging, province: filterText.optional(), supplierType: filterText.optional() }), gives: supplierPageSchema,
    example: { query: { province: '浙江' }, reply: { items: [{ sourceId: exampleSupplier }] } },
    handle: ({ mirror, query }) => listSuppliers(mirror, query),
  }),
  route({
    method: 'GET', path: '/suppliers/{id}', id: 'getSupplier', tag, role: 'viewer', summary: 'One supplier, with what it has on offer in figures',
    params: z.strictObject({ id: z.string().min(1).max(128) }), gives: supplierDetailSchema, example: { params: { id: exampleSupplier }, reply: { sourceId: exampleSupplier } },
    handle: ({ mirror, params }) => supplierDetails(mirror, params.id),
  }),
  route({
    method: 'GET', path: '/suppliers/{id}/history', id: 'getSupplierHistory', tag, role: 'viewer', summary: 'What a supplier’s offers did over time: new, delisted, price drift, stock-outs',
    params: z.strictObject({ id: z.string().min(1).max(128) }), query: z.strictObject({ since: moment.optional(), until: moment.optional(), step: z.enum(['day', 'week', 'month']).default('week') }),
    gives: supplierTrendsSchema, example: { params: { id: exampleSupplier }, reply: { periods: [] } },
    handle: async ({ mirror, params, query }) => ({ periods: await supplierTrends(mirror, params.id, query) }),
  }),
];
