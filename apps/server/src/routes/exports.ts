import { exportEntities, exportLines } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { flag, language } from '../schemas/common.ts';

export const exportRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/exports/{entity}', id: 'export', tag: 'exports', role: 'viewer', summary: 'All products, suppliers, pictures or history points of one moment, line by line',
    params: z.strictObject({ entity: z.enum(exportEntities) }),
    query: z.strictObject({ format: z.enum(['jsonl', 'csv']).default('jsonl'), sorted: flag.default(false), portable: flag.default(false).meta({ description: 'Without our own ids, counters and times.' }), excel: flag.default(false), language }),
    gives: ['application/x-ndjson', 'text/csv'], example: { params: { entity: 'products' }, query: { sorted: 'true', portable: 'true' } },
    handle: async ({ mirror, params: { entity }, query, signal }) => {
      const lines = exportLines(mirror, entity, { ...query, signal });
      const first = await lines.next(); // a fault that comes at once is a problem, not half a file
      const extension = query.format;
      return {
        contentType: query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8', chunks: withLineFeeds(first, lines),
        headers: { 'content-disposition': `attachment; filename="${entity}.${extension}"` },
      };
    },
  }),
];

/** Lines in pieces of some 64 kB: a write for each would cost more than the line. */
async function* withLineFeeds(first: IteratorResult<string, unknown>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done) return;
  let piece = `${first.value}\n`;
  try {
    for await (const line of rest) {
      piece += `${line}\n`;
      if (piece.length < 65_536) continue;
      yield piece;
      piece = '';
    }
    yield piece;
  } finally {
    await rest.return(undefined);
  }
}
