import { z } from 'zod';
import { command, option } from '../command.ts';
import { count, given, money, text, time } from '../flag.ts';

export const searchCommand = command({
  name: 'search',
  args: [{ name: 'text', many: true, optional: true }],
  store: 'existing',
  options: {
    exact: option('--exact', given),
    limit: option('--limit <number>', count.max(200, 'at most 200').default(20)),
    cursor: option('--cursor <cursor>', text),
    supplier: option('--supplier <id>', text),
    category: option('--category <id>', text),
    priceMinCny: option('--price-min <yuan>', money),
    priceMaxCny: option('--price-max <yuan>', money),
    status: option('--status <status>', text),
    hasImages: option('--has-images', z.boolean().optional()),
    updatedSince: option('--updated-since <time>', time),
    sort: option('--sort <key>', z.enum(['relevance', 'updated', 'price', 'sold'], 'one of relevance, updated, price, sold').default('relevance')),
  },
  async run({ args, options, flows, mirror }) {
    const { items, nextCursor } = await flows.search(mirror, args.join(' '), options);
    return {
      data: { items: items.map(({ priceMinCny: priceMin, priceMaxCny: priceMax, ...item }) => ({ ...item, priceMin, priceMax })), nextCursor },
      next: nextCursor ? [`1688sync search ${again(args.join(' '), options)} --cursor ${nextCursor}`] : [],
    };
  },
  show({ items }: { items: readonly { offerId: string; title: string; priceMin: string | null; priceMax: string | null }[] }, { out, say, t }) {
    if (items.length === 0) say(t('search.none'));
    else out.table(items.map((item) => [item.offerId, priceText(item.priceMin, item.priceMax), item.title]), { head: [t('head.offerId'), t('head.price'), t('head.title')] });
  },
});

/** The same question for a shell: a cursor belongs to its text, filters and sort. */
function again(text: string, { exact, limit, supplier, category, priceMinCny, priceMaxCny, status, hasImages, updatedSince, sort }: { readonly [name: string]: unknown; readonly updatedSince?: Date | undefined }): string {
  const flags = { limit: limit === 20 ? undefined : limit, supplier, category, 'price-min': priceMinCny, 'price-max': priceMaxCny, status, 'updated-since': updatedSince?.toISOString(), sort: sort === 'relevance' ? undefined : sort };
  const quoted = (word: string): string => (/^[\p{L}\p{N}._:-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);
  const given = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${quoted(String(value))}`]));
  return [...(text === '' ? [] : [quoted(text)]), ...(exact === true ? ['--exact'] : []), ...(hasImages === true ? ['--has-images'] : []), ...given].join(' ');
}

/** `35.00–41.00`, `35.00`, or nothing when the price is on request. */
export function priceText(min: string | null | undefined, max: string | null | undefined): string {
  if (!min) return '';
  return max && max !== min ? `${min}–${max}` : min;
}
