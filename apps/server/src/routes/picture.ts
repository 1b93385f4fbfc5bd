import { Readable } from 'node:stream';
import { SyncError } from '@1688/core';
import { getImage, keyOf, type Mirror } from '@1688/mirror';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { byteRange } from '../body/byte-range.ts';
import { pictureBytes } from '../body/picture-bytes.ts';

const contentTypes: Readonly<Record<string, string>> = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif', avif: 'image/avif' };

/** `/i/SHA256/original` and `/i/SHA256/VARIANT.EXT`: bytes that never change under their address. */
export function pictureRoute(app: FastifyInstance, mirror: Mirror): void {
  const find = remembered((sha256) => getImage(mirror, sha256));
  const bytes = pictureBytes(mirror);
  const { SERVER_PICTURE_REDIRECT: redirect } = mirror.config.values;
  app.route<{ Params: { sha256: string; name: string } }>({ method: ['GET', 'HEAD'], url: '/i/:sha256/:name', handler: async (request, reply) => {
    const { sha256, name } = request.params;
    const [, recipe] = /^([\w-]{1,64})(?:\.[a-z0-9]{1,5})?$/.exec(name) ?? [];
    if (!/^[\da-f]{64}$/i.test(sha256) || recipe === undefined) throw new SyncError('NOT_FOUND', 'Expected the address of a picture, received another.');
    const image = await find(sha256.toLowerCase());
    const variant = image.variants.find((each) => each.recipe === recipe);
    if (!variant && recipe !== 'original' && !knownRecipes.has(recipe)) throw new SyncError('NOT_FOUND', `Expected a variant of ${image.sha256.slice(0, 12)}…, found none of this name.`);
    const shown = variant ?? image; // a usual variant that was not made yet: the original
    const etag = `"${shown.sha256}"`;
    const lasting = { etag, 'cache-control': `private, max-age=${variant || recipe === 'original' ? '31536000, immutable' : '60'}`, 'accept-ranges': mirror.storage.capabilities.range ? 'bytes' : 'none' };
    if (matches(request.headers['if-none-match'], etag)) return reply.code(304).headers(lasting).send();
    const type = contentTypes[shown.format] ?? 'application/octet-stream';
    const key = keyOf(image, variant?.recipe);
    if (redirect !== undefined && cameThroughProxy(request)) return reply.headers({ 'cache-control': lasting['cache-control'], 'content-type': type, 'content-disposition': 'inline', 'x-accel-redirect': redirect + key }).send();
    const wanted = request.headers['if-range'] === undefined || request.headers['if-range'] === etag ? request.headers.range : undefined;
    const range = mirror.storage.capabilities.range ? byteRange(wanted, shown.sizeBytes) : null;
    const whole = request.method === 'HEAD' ? null : await bytes.of(key, shown.sizeBytes);
    void reply.code(range ? 206 : 200).headers({
      ...lasting, 'content-type': type, 'content-length': range ? range.end - range.start + 1 : shown.sizeBytes, 'content-disposition': 'inline',
      ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${shown.sizeBytes}` } : {}),
    });
    if (request.method === 'HEAD') return reply.send();
    if (whole) return reply.send(range ? whole.subarray(range.start, range.end + 1) : whole);
    const { body } = await mirror.storage.get(key, range ? { range } : {});
    return reply.send(Readable.from(body));
  } });
}

/** True when a proxy of SERVER_TRUSTED_PROXIES passed it on: whoever asks us directly gets bytes, and never learns where they lie. */
function cameThroughProxy({ ips = [] }: FastifyRequest): boolean {
  return ips.length > 1;
}

/** What is known of a picture changes only when variants are made of it: what was found is good for a minute. */
function remembered<Found>(find: (sha256: string) => Promise<Found>): (sha256: string) => Promise<Found> {
  const known = new Map<string, { readonly found: Found; readonly until: number }>();
  return async (sha256) => {
    const held = known.get(sha256);
    if (held && held.until > performance.now()) return held.found;
    const found = await find(sha256);
    if (known.size >= 5_000) known.clear();
    known.set(sha256, { found, until: performance.now() + 60_000 });
    return found;
  };
}

const knownRecipes = new Set(['thumbnail', 'compressed']);

function matches(header: string | undefined, etag: string): boolean {
  return header !== undefined && (header.trim() === '*' || header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag));
}
