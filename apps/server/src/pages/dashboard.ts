import { dashboardFiles, pageAddresses, type DashboardFile, type DashboardFiles } from '@1688/dashboard';
import { SyncError } from '@1688/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * The dashboard: one document for each of its addresses, and the files that it loads. They hold no data, so that who has no session yet
 * can be told how to get one; what they show comes from the API.
 */
export function dashboardRoutes(app: FastifyInstance): void {
  let reading: Promise<DashboardFiles> | null = null;
  const find = async (name: string): Promise<DashboardFile> => {
    // Read when somebody looks, not by servers that only programs ask; a failure is tried again.
    reading ??= dashboardFiles().catch((error: unknown) => {
      reading = null;
      throw error;
    });
    const file = (await reading).get(name);
    if (!file) throw new SyncError('NOT_FOUND', 'Expected a file of the dashboard, found none of this name.', { hint: 'Load the page again: the server may be newer than it.' });
    return file;
  };
  const open = { config: { open: true } };
  for (const address of Object.values(pageAddresses)) app.get(address, open, async (request, reply) => send(await find('index.html'), request, reply));
  app.get('/icon.svg', open, async (request, reply) => send(await find('icon.svg'), request, reply));
  app.get<{ Params: { name: string } }>('/assets/:name', open, async (request, reply) => send(await find(`assets/${request.params.name}`), request, reply));
}

function send({ contentType, bytes, gzipped, etag, immutable }: DashboardFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers({ etag, 'content-type': contentType, vary: 'Accept-Encoding', 'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const zips = gzipped !== null && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  return zips ? reply.header('content-encoding', 'gzip').send(Buffer.from(gzipped)) : reply.send(Buffer.from(bytes));
}
