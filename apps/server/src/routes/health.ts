import type { Mirror } from '@1688/mirror';
import type { FastifyInstance } from 'fastify';

/** `/livez`: the process answers · `/readyz`: the database does too. */
export function healthRoutes(app: FastifyInstance, mirror: Mirror): void {
  app.get('/livez', () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const ready = await mirror.db.knex.raw('select 1').then(() => true, () => false); // why not is in the log of the database
    return reply.code(ready ? 200 : 503).send({ ok: ready });
  });
}
