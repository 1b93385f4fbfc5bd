import type { FastifyInstance } from 'fastify';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { sessionCookie } from '../security/cookie.ts';
import type { Sessions } from '../security/sessions.ts';
import { wordsFor } from '../words.ts';

/** `/open/TOKEN`: the link that the server prints begins the session of a browser, once. */
export function openRoute(app: FastifyInstance, sessions: Sessions): void {
  app.get<{ Params: { token: string } }>('/open/:token', { config: { open: true } }, async (request, reply) => {
    const words = wordsFor(undefined, request.headers['accept-language']);
    const cookie = sessions.accept(request.params.token);
    void reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
    if (cookie === null) return reply.code(403).send(layout(html`<p class="note">${words.used}</p>`, { words, other: '/' }));
    // A page that goes on by itself, not a redirect: a strict cookie is not sent along when another site began the way here.
    return reply.headers({ 'set-cookie': sessionCookie(cookie, { secure: request.protocol === 'https' }), refresh: '0; url=/' })
      .send(layout(html`<p class="note"><a href="/">${words.opened}</a></p>`, { words, other: '/' }));
  });
}
