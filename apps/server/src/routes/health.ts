import { readiness, type Mirror, type UnreadyReason } from '@1688/mirror';
import type { FastifyInstance } from 'fastify';

export interface HealthOptions {
  readonly mirror: Mirror;
  /** Aborted as soon as the server shall get no more requests. */
  readonly draining: AbortSignal;
}

const keptMs = 1_000;

/** `/livez`: the process answers · `/readyz`: it can serve, or by which part it cannot. Both need no key and tell nothing else. */
export function healthRoutes(app: FastifyInstance, { mirror, draining }: HealthOptions): void {
  let last: { readonly at: number; readonly reasons: Promise<readonly UnreadyReason[]> } | null = null;
  const open = { config: { open: true } };
  app.get('/livez', open, () => ({ ok: true }));
  app.get('/readyz', open, async (_request, reply) => {
    if (last === null || performance.now() - last.at > keptMs) last = { at: performance.now(), reasons: readiness(mirror) };
    const reasons: readonly string[] = draining.aborted ? ['stopping'] : await last.reasons;
    return reply.code(reasons.length === 0 ? 200 : 503).header('cache-control', 'no-store').send({ ok: reasons.length === 0, reasons });
  });
}
