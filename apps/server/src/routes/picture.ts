import { Readable } from 'node:stream';
import { getImage, keyOf, type Mirror } from '@1688/mirror';
import type { FastifyInstance } from 'fastify';

const contentTypes: Readonly<Record<string, string>> = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif', avif: 'image/avif' };

/** `/i/SHA256/original` and `/i/SHA256/VARIANT.EXT`: bytes that never change under their address. */
export function pictureRoute(app: FastifyInstance, mirror: Mirror): void {
  app.get<{ Params: { sha256: string; name: string } }>('/i/:sha256/:name', async (request, reply) => {
    const { sha256, name } = request.params;
    const recipe = name.split('.')[0] ?? '';
    const image = await getImage(mirror, sha256);
    const variant = image.variants.find((each) => each.recipe === recipe);
    const shown = recipe === 'original' ? image : (variant ?? image);
    const etag = `"${shown === image ? image.sha256 : (variant?.sha256 ?? '')}"`;
    void reply.headers({ etag, 'cache-control': 'private, max-age=31536000, immutable' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    const { object, body } = await mirror.storage.get(keyOf(image, variant && shown === variant ? variant.recipe : undefined));
    return reply.headers({ 'content-type': contentTypes[shown.format] ?? 'application/octet-stream', 'content-length': object.sizeBytes, 'content-disposition': 'inline' }).send(Readable.from(body));
  });
}
