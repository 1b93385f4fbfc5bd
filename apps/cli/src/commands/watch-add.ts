import { z } from 'zod';
import { command, option } from '../command.ts';
import { count, money, text } from '../flag.ts';

const percent = z.coerce.number({ error: 'a number of percent' }).positive('above 0').optional();
const texts = z.array(z.string().min(1)).optional();
const triggers = { 'sold-out': 'soldOut', 'back-in-stock': 'backInStock', delisted: 'delisted', relisted: 'relisted', title: 'titleChanged', status: 'statusChanged', new: 'newOffer', 'cheaper-elsewhere': 'cheaperElsewhere' } as const;
type Trigger = keyof typeof triggers;
const names = Object.keys(triggers) as [Trigger, ...Trigger[]];

export const watchAdd = command({
  name: 'watch add', args: [{ name: 'id' }], store: 'existing',
  options: {
    sink: option('--sink <kind>', z.enum(['dingtalk', 'wecom', 'feishu', 'slack', 'url', 'stdout'], 'dingtalk, wecom, feishu, slack, url or stdout').default('stdout')),
    // Checked where nothing shows what was given: both may be secrets.
    url: option('--url <address>', z.string().optional()), secret: option('--secret <text>', z.string().optional()),
    on: option('--on <what...>', z.array(z.enum(names, `any of ${names.join(', ')}`)).default([])),
    priceDown: option('--price-down <percent>', percent), priceUp: option('--price-up <percent>', percent), priceBelow: option('--price-below <yuan>', money),
    offer: option('--offer <id...>', texts), supplier: option('--supplier <id...>', texts), category: option('--category <id...>', texts), query: option('--query <words>', text),
    digest: option('--digest <minutes>', z.coerce.number({ error: 'a number of minutes' }).min(0, 'at least 0').default(0)), maxLines: option('--max-lines <number>', count.max(100, 'at most 100').default(20)),
    quiet: option('--quiet <from-to>', z.string().regex(/^\d\d:\d\d-\d\d:\d\d$/, 'hours such as 22:00-08:00').optional()), zone: option('--zone <name>', z.string().default('Asia/Shanghai')),
  },
  async run({ args, options, flows, mirror, language }) {
    const { sink: kind, url, secret, on, priceDown, priceUp, priceBelow, offer, supplier, category, query, digest, maxLines, quiet, zone } = options;
    const filter = {
      ...Object.fromEntries(on.map((name) => [triggers[name], true])), priceDownPercent: priceDown, priceUpPercent: priceUp, priceBelowCny: priceBelow,
      offerIds: offer, supplierIds: supplier, categoryIds: category, query,
    };
    const [from = '', to = ''] = quiet?.split('-') ?? [];
    const sink = { kind, ...(url === undefined ? {} : { url }), ...(secret === undefined ? {} : { secret }) };
    const watch = { id: args[0] ?? '', filter, sink, language, digest: { minutes: digest, maxLines }, ...(quiet === undefined ? {} : { quietHours: { from, to, zone } }) };
    // Whether a sink of this kind takes an address and a secret is checked where the watch is made.
    const data = await flows.addWatch(mirror, watch as Parameters<typeof flows.addWatch>[1]);
    return { data, next: [`1688sync watch test ${data.id}`, '1688sync watch run --follow'] };
  },
  show({ id }: { id: string }, { out, t }) {
    out.line(t('watch.added', { id }));
  },
});
