import { stats } from '@1688/mirror';
import { route, type Route } from '../api/route.ts';
import { statsSchema } from '../schemas/safety.ts';

export const statsRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/stats', id: 'getStats', tag: 'stats', role: 'viewer', summary: 'Counts of products, suppliers, pictures and runs, of one moment', gives: statsSchema, example: { reply: { products: { removed: 0 } } },
    handle: ({ mirror }) => stats(mirror),
  }),
];
