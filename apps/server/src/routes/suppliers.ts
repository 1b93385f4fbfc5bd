import { listSuppliers, supplierDetails } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { filterText, paging } from '../schemas/common.ts';
import { supplierDetailSchema, supplierPageSchema } from '../schemas/supplier.ts';
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
];
