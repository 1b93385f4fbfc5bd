import { getProduct, productHistory, type Mirror } from '@1688/mirror';
import type { FastifyInstance } from 'fastify';
import { html, type Html } from '../html.ts';
import { layout, priceText } from '../layout.ts';
import { wordsFor, type Words } from '../words.ts';

type ShownProduct = Awaited<ReturnType<typeof getProduct>>;
type ShownPoints = Awaited<ReturnType<typeof productHistory>>['points'];

/** `/p/OFFERID`: pictures, tiers, SKUs and what changed. */
export function productRoute(app: FastifyInstance, mirror: Mirror): void {
  app.get<{ Params: { offerId: string }; Querystring: { lang?: string } }>('/p/:offerId', async (request, reply) => {
    const words = wordsFor(request.query.lang, request.headers['accept-language']);
    const product = await getProduct(mirror, request.params.offerId);
    const { points } = await productHistory(mirror, product.offerId);
    const content = html`<p><a class="soft" href="/?lang=${words.lang}">← ${words.back}</a></p>
<div class="product"><div class="shots">${pictures(product)}</div><div><h1>${product.title}</h1>
<p class="soft">${words.offer} ${product.offerId}${product.supplier ? html` · ${words.supplier}: ${product.supplier.name ?? product.supplier.companyName ?? product.supplier.sourceId}` : ''}${atSource(product, words)}</p>
<p class="price">${priceText(product.priceMinCny, product.priceMaxCny, words)}</p>${tiers(product, words)}${skus(product, words)}${attributes(product, words)}${history(points, words)}</div></div>`;
    return reply.type('text/html; charset=utf-8').send(layout(content, { words, other: `/p/${encodeURIComponent(product.offerId)}?lang=${words.otherCode}` }));
  });
}

function pictures({ images }: ShownProduct): Html[] {
  const stored = new Set<string>();
  for (const { sha256 } of images ?? []) if (sha256) stored.add(sha256);
  return [...stored].slice(0, 13).map((sha256) => html`<a href="/i/${sha256}/original"><img src="/i/${sha256}/compressed.jpg" alt="" loading="lazy"></a>`);
}

function atSource({ url }: ShownProduct, words: Words): Html | null {
  return url && /^https?:\/\//.test(url) ? html` · <a href="${url}" rel="noreferrer nofollow">${words.at1688}</a>` : null;
}

function tiers({ priceTiers, unit }: ShownProduct, words: Words): Html | null {
  if (!priceTiers?.length) return null;
  return html`<h3>${words.tiers}</h3><table>${priceTiers.map((tier) => html`<tr><td>${words.from} ${tier.minQuantity} ${unit ?? ''}</td><td>¥${tier.priceCny}</td></tr>`)}</table>`;
}

function skus({ skus: all }: ShownProduct, words: Words): Html | null {
  if (!all?.length) return null;
  const rows = all.slice(0, 200).map((sku) => html`<tr><td>${(sku.attributes ?? []).map((each) => each.value).join(' / ') || sku.skuId}</td><td>${sku.priceCny ? `¥${sku.priceCny}` : ''}</td><td>${sku.stockQuantity}</td></tr>`);
  return html`<h3>${words.skus} (${all.length})</h3><div class="scroll"><table><tr><th></th><th>${words.price}</th><th>${words.stock}</th></tr>${rows}</table></div>`;
}

function attributes({ attributes: all }: ShownProduct, words: Words): Html | null {
  if (!all?.length) return null;
  return html`<h3>${words.attributes}</h3><table>${all.slice(0, 60).map((each) => html`<tr><th>${each.name}</th><td>${each.value}</td></tr>`)}</table>`;
}

function history(points: ShownPoints, words: Words): Html | null {
  const counts = new Map<string, number>();
  const keyOf = (point: ShownPoints[number]): string => `${point.field} ${point.skuId ?? ''}`;
  for (const point of points) counts.set(keyOf(point), (counts.get(keyOf(point)) ?? 0) + 1);
  const moved = points.filter((point) => (counts.get(keyOf(point)) ?? 0) > 1).slice(0, 60);
  if (moved.length === 0) return null;
  const rows = moved.map((point) => html`<tr><td class="day">${point.observedAt?.toISOString().slice(0, 10)}</td><td>${point.field} ${point.skuId ?? ''}</td><td>${valueText(point.value, words)}</td></tr>`);
  return html`<h3>${words.history}</h3><div class="scroll"><table><tr><th>${words.until}</th><th>${words.field}</th><th>${words.value}</th></tr>${rows}</table></div>`;
}

/** A value of the history as a person reads it: a price range, tiers as steps, else as it is. */
function valueText(value: unknown, words: Words): string {
  if (Array.isArray(value)) return (value as { minQuantity: number; priceCny: string }[]).map((tier) => `≥${tier.minQuantity}: ¥${tier.priceCny}`).join(' · ');
  if (typeof value === 'object' && value !== null && 'priceMinCny' in value) {
    const { priceMinCny, priceMaxCny } = value as { priceMinCny: string | null; priceMaxCny: string | null };
    return priceText(priceMinCny, priceMaxCny, words);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
