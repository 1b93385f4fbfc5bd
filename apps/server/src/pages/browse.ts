import { browseProducts, stats, type Mirror, type ProductCard } from '@1688/mirror';
import type { FastifyInstance } from 'fastify';
import { html, type Html } from '../html.ts';
import { layout, priceText } from '../layout.ts';
import { wordsFor, type Words } from '../words.ts';

interface Query { readonly q?: string; readonly cursor?: string; readonly lang?: string }

/** `/`: totals, a search box and the products as a grid of pictures. */
export function browseRoute(app: FastifyInstance, mirror: Mirror): void {
  app.get<{ Querystring: Query }>('/', async (request, reply) => {
    const { q = '', cursor, lang } = request.query;
    const text = q.slice(0, 200).trim();
    const words = wordsFor(lang, request.headers['accept-language']);
    const [page, counted] = await Promise.all([browseProducts(mirror, text, { cursor }), stats(mirror)]);
    const { byState } = counted.images;
    const totals = [
      `${counted.products.total.toLocaleString('en')} ${words.products}`, `${counted.suppliers.total.toLocaleString('en')} ${words.suppliers}`,
      `${(byState.stored ?? 0).toLocaleString('en')} ${words.pictures} ${words.stored}`, ...((byState.pending ?? 0) > 0 ? [`${(byState.pending ?? 0).toLocaleString('en')} ${words.waiting}`] : []),
    ].join(' · ');
    const more = page.nextCursor ? `/?${new URLSearchParams({ q: text, cursor: page.nextCursor, lang: words.lang }).toString()}` : null;
    const content = page.items.length === 0 ? nothing(text, words) : html`<ul class="grid">${page.items.map((item) => card(item, words))}</ul>${more ? html`<p class="pages"><a class="more" href="${more}" rel="next">${words.next}</a></p>` : ''}`;
    return reply.type('text/html; charset=utf-8').send(layout(content, { words, text, totals, other: `/?${new URLSearchParams({ q: text, lang: words.otherCode }).toString()}` }));
  });
}

function card({ offerId, title, priceMinCny, priceMaxCny, picture }: ProductCard, words: Words): Html {
  const shot = picture ? html`<img src="/i/${picture.sha256}/${picture.thumbnail ? 'thumbnail.webp' : 'original'}" alt="" loading="lazy">` : words.noPicture;
  return html`<li><a class="card" href="/p/${offerId}?lang=${words.lang}"><div class="shot">${shot}</div><h2>${title}</h2><p class="price">${priceText(priceMinCny, priceMaxCny, words)}</p></a></li>`;
}

function nothing(text: string, words: Words): Html {
  return text === '' ? html`<p class="note">${words.empty}<br><code>${words.emptyHint}</code></p>` : html`<p class="note">${words.none}</p>`;
}
