import { SyncError } from '@1688/core';
import { apiClientOf } from '@1688/mirror';
import { z } from 'zod';
import { route, type Route } from '../api/route.ts';
import { sessionSchema } from '../schemas/safety.ts';
import { readSessionCookie, sessionCookie } from '../security/cookie.ts';
import type { Sessions } from '../security/sessions.ts';

const tag = 'session';

/** Who am I; and out again. A browser gets in by the link that the server prints, or with a key. */
export function sessionRoutes(sessions: Sessions): readonly Route[] {
  return [
    route({
      method: 'GET', path: '/session', id: 'getSession', tag, role: 'viewer', summary: 'Who asks, and what they may', gives: sessionSchema, example: { reply: { role: 'operator' } },
      handle: async ({ client, request }) => ({ ...client, csrfToken: request.session?.csrfToken ?? null }),
    }),
    route({
      method: 'POST', path: '/session', id: 'openSession', tag, role: 'viewer', summary: 'Exchange the key in the header for a cookie, for a browser', status: 201, gives: sessionSchema, example: { reply: { role: 'operator' } },
      handle: async ({ mirror, request, reply }) => {
        const { origin, host } = request.headers;
        // Another page must not be able to log its visitors in here.
        if (origin !== undefined && origin !== `${request.protocol}://${host}`) throw new SyncError('AUTH_FORBIDDEN', 'Expected a request of our own pages, received one from elsewhere.');
        const key = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? request.headers['x-api-key'];
        const client = typeof key === 'string' ? await apiClientOf(mirror, key) : null;
        if (!client) throw new SyncError('AUTH_REQUIRED', 'Expected a key in the header, received none.');
        const cookie = sessions.begin(client);
        void reply.header('set-cookie', sessionCookie(cookie, { secure: request.protocol === 'https' }));
        return { ...client, csrfToken: sessions.find(cookie)?.csrfToken ?? null };
      },
    }),
    route({
      method: 'DELETE', path: '/session', id: 'endSession', tag, role: 'viewer', summary: 'End the session of this browser', gives: z.strictObject({ ended: z.boolean() }), example: { reply: { ended: true } },
      handle: async ({ request, reply }) => {
        const cookie = readSessionCookie(request.headers.cookie);
        if (cookie !== null) sessions.end(cookie);
        void reply.header('set-cookie', sessionCookie(null, { secure: request.protocol === 'https' }));
        return { ended: true };
      },
    }),
  ];
}
